package org.pgsluice.auth;

/** Reads the {@code a=value,b=value} of a SCRAM message from left to right; text of one character a byte. */
final class ScramAttributes {
    private final String text;
    private int position;
    private int start;

    ScramAttributes(String text, int position) {
        this.text = text;
        this.position = position;
    }

    boolean atEnd() {
        return position >= text.length();
    }

    /** Where the attribute that was read last begins. */
    int start() {
        return start;
    }

    /** The name of the attribute that comes next; zero at the end. */
    char next() {
        return atEnd() ? 0 : text.charAt(position);
    }

    /** The value of the attribute {@code name}, which must come next. */
    String value(char name) throws Malformed {
        if (next() != name) {
            throw new Malformed("malformed SCRAM message (attribute \"" + name + "\" expected)");
        }
        return value();
    }

    /** The value of the attribute that comes next, whatever its name. */
    String value() throws Malformed {
        char name = next();
        boolean letter = name >= 'A' && name <= 'Z' || name >= 'a' && name <= 'z';
        if (!letter) {
            throw new Malformed("malformed SCRAM message (attribute expected, but found invalid character " + shown(name) + ")");
        }
        if (position + 1 >= text.length() || text.charAt(position + 1) != '=') {
            throw new Malformed("malformed SCRAM message (expected \"=\" after attribute \"" + name + "\")");
        }
        start = position;
        int comma = text.indexOf(',', position);
        int end = comma < 0 ? text.length() : comma;
        String value = text.substring(position + 2, end);
        // A comma with nothing behind it stays unread: it is no attribute, so whoever expects the end or an attribute there refuses it.
        position = comma < 0 || comma == text.length() - 1 ? end : comma + 1;
        return value;
    }

    /** Printable ASCII without the comma, and at least one character of it: what a nonce is made of. */
    static boolean isNonce(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x21 || c > 0x7e || c == ',') {
                return false;
            }
        }
        return !value.isEmpty();
    }

    /** A character of a message from outside, fit for a log line. */
    static String shown(char c) {
        return c >= 0x21 && c <= 0x7e ? "'" + c + "'" : "0x" + Character.forDigit(c >> 4 & 15, 16) + Character.forDigit(c & 15, 16);
    }

    /** A message that is not SCRAM; its text is fit for the log. Leaves this package never. */
    static final class Malformed extends Exception {
        Malformed(String message) {
            super(message, null, false, false);
        }
    }
}
