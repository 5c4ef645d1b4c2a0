package org.pgsluice.auth.rules;

/** A line cannot be read: the message says why, and has no secret. */
final class BadLine extends Exception {
    private static final long serialVersionUID = 1;

    BadLine(String message) {
        super(message, null, false, false);
    }
}
