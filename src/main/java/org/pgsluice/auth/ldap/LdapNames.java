package org.pgsluice.auth.ldap;

/** Puts what a client says into LDAP's texts, so that it stays what it is: a name. Stateless. */
final class LdapNames {
    private LdapNames() {}

    /** As a value in a filter (RFC 4515). */
    static String inFilter(String name) {
        StringBuilder escaped = new StringBuilder(name.length() + 8);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            switch (c) {
                case '*' -> escaped.append("\\2a");
                case '(' -> escaped.append("\\28");
                case ')' -> escaped.append("\\29");
                case '\\' -> escaped.append("\\5c");
                case '/' -> escaped.append("\\2f");
                case 0 -> escaped.append("\\00");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** As a value in a DN (RFC 4514). */
    static String inDn(String name) {
        StringBuilder escaped = new StringBuilder(name.length() + 8);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean atEdge = c == ' ' && (i == 0 || i == name.length() - 1) || c == '#' && i == 0;
            if (atEdge || ",+\"\\<>;=".indexOf(c) >= 0) {
                escaped.append('\\').append(c);
            } else if (c == 0) {
                escaped.append("\\00");
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
