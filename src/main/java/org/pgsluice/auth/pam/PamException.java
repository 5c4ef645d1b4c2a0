package org.pgsluice.auth.pam;

/** PAM cannot be used: the message says why, for people. */
public final class PamException extends Exception {
    private static final long serialVersionUID = 1;

    PamException(String message) {
        super(message, null, false, false);
    }
}
