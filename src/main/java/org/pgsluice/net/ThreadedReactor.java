package org.pgsluice.net;

/**
 * A {@link Reactor} whose loop runs on a thread of its own, {@code reactor-N}. Until {@link #start} the thread that made it counts as its own, so that
 * listeners can be opened before the loop runs.
 */
public interface ThreadedReactor extends Reactor {
    /** Starts the loop on a thread of its own. Once. */
    void start();

    /** Asks the loop to end: it closes its listeners and connections without a word to their handlers. Any thread. */
    void stop();

    /**
     * How long the longest turn took since the last call or the start: from the end of its wait for events until it would wait again, in nanoseconds. Measured
     * where the loop reads its clock anyway, so turns that end with no timer set are left out.
     */
    long takeLongestTurn();

    /** Waits until the loop has ended. Any other thread. Returns whether it has. */
    boolean awaitStopped(long millis) throws InterruptedException;
}
