package org.pgsluice.server;

/** Told what became of the requests that have an effect on the names of statements, each once and in order. */
interface ReplyEffects {
    /** The oldest effect holds. */
    void done();

    /** The server refused what the oldest effect stands for; {@link #undone} follows. */
    void failed();

    /** The {@code count} oldest effects came to nothing. */
    void undone(int count);

    /** A Parse of the unnamed statement was done; {@code ours} when we sent it for the client. */
    void unnamedParsed(boolean ours);

    /** A Parse of the unnamed statement failed. */
    void unnamedFailed(boolean ours);

    /** A client's Parse of the unnamed statement was skipped. */
    void unnamedSkipped();

    /** The unnamed statement was closed, or destroyed by a simple query; {@code ours} when we sent that. */
    void unnamedDestroyed(boolean ours);
}
