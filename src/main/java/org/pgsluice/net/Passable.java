package org.pgsluice.net;

/**
 * An open socket of ours that a copy can be given of to another process. Its monitor is held while it is closed, so that the number is right as long as one
 * holds it.
 */
public interface Passable {
    /** The system's number of it, below 0 when it is closed. */
    int number();

    /**
     * Gives ours up: another process has a copy and goes on with it. Nothing is sent, and a unix socket's file stays. From now on it is closed here. On its
     * reactor.
     */
    void letGo();
}
