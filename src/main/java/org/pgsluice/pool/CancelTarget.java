package org.pgsluice.pool;

/** What a cancel request for a client finds; see {@link Cancels#target}. */
public sealed interface CancelTarget {
    /** There is no server to cancel anything on. */
    enum Answer implements CancelTarget {
        /** The client asks for nothing now. */
        IDLE,
        /** It waits for a server. */
        WAITING
    }

    /**
     * A server is with the client.
     *
     * @param assignment which of its clients, counted from the first; another number means that it was given away since
     */
    record Serving(ServerEntry server, long assignment) implements CancelTarget {}
}
