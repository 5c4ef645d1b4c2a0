package org.pgsluice.vars;

/** Literals of SQL that are ASCII, whatever they say: their bytes mean the same in every client_encoding. */
public final class Literal {
    private Literal() {}

    /** One for a text of ASCII. It is right whether or not standard_conforming_strings is on. */
    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        if (text.indexOf('\\') >= 0) {
            out.append('E');
        }
        out.append('\'');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\'' || c == '\\') {
                out.append(c);
            }
            out.append(c);
        }
        return out.append('\'').toString();
    }

    /** An expression for a {@link Raw} value. */
    public static String ofValue(String value) {
        String encoding = Raw.encoding(value);
        return encoding == null
                ? of(value)
                : "pg_catalog.convert_from(pg_catalog.decode('" + Raw.hex(value) + "','hex'),"
                + (encoding.isEmpty() ? "pg_catalog.getdatabaseencoding()" : of(encoding)) + ")";
    }
}
