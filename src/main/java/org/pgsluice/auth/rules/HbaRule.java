package org.pgsluice.auth.rules;

import org.pgsluice.auth.AuthMethod;

/** One line of an HBA file. Immutable. */
record HbaRule(Type type, NameList databases, NameList users, HbaAddress address, AuthMethod method) {
    /** Which connections a line is for. */
    enum Type {
        LOCAL,
        HOST,
        HOSTSSL,
        HOSTNOSSL,
        /** For connections encrypted by GSSAPI, which are never accepted. */
        HOSTGSSENC,
        HOSTNOGSSENC;

        boolean isAbout(boolean unix, boolean encrypted) {
            return switch (this) {
                case LOCAL -> unix;
                case HOST, HOSTNOGSSENC -> !unix;
                case HOSTSSL -> !unix && encrypted;
                case HOSTNOSSL -> !unix && !encrypted;
                case HOSTGSSENC -> false;
            };
        }
    }
}
