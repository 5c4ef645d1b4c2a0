package org.pgsluice.auth.ldap;

/** LDAP does not do what it should: the message says what, for the log, and has no secret. */
public final class LdapException extends Exception {
    private static final long serialVersionUID = 1;

    LdapException(String message) {
        super(message, null, false, false);
    }
}
