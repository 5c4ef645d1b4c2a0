package org.pgsluice.auth.jwt;

/** Tokens cannot be judged as configured: the message says why, for people. */
public final class JwtException extends Exception {
    private static final long serialVersionUID = 1;

    JwtException(String message) {
        super(message, null, false, false);
    }
}
