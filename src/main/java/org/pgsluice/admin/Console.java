package org.pgsluice.admin;

import java.nio.ByteBuffer;

/** The connection that an {@link AdminSession} answers on, and what it reports of itself. All calls come on the session's reactor. */
public interface Console {
    /** Sends bytes to the user. The buffer is the receiver's from now on. */
    void send(ByteBuffer bytes);

    /**
     * Sends one row of SHOW FDS. Where the user is the process's own over a unix socket, the descriptor goes with it.
     *
     * @param descriptor the number in the row
     */
    void sendWithDescriptor(ByteBuffer row, int descriptor);

    /** Runs {@code next} in a later turn of the reactor, when others had theirs and the user has taken what was sent. */
    void later(Runnable next);

    /** The answer to a command that had to wait is out, the session is no longer {@link AdminSession#busy}: it takes the next message. */
    void onReady();

    /**
     * A command is about to be executed: counts as one transaction and one query of the console's database.
     *
     * @param query its text, for DEBUG at most
     */
    void onCommand(String query);

    /** A command of consequence was given, e.g. {@code PAUSE 'db' command issued}: to be logged at LOG. */
    void onIssued(String line);

    /** A command failed: to be logged at ERROR, and with {@code log_pooler_errors} as WARNING {@code pooler error: …}. The user is told afterwards. */
    void onError(String message);

    /** The user said goodbye: close without an error. */
    void onTerminate();

    /** Something threw while an answer was written: close without an error. */
    void onFault();

    /** The user broke the protocol: close with FATAL {@code reason}. */
    void onViolation(String reason);
}
