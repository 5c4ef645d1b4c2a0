package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;

/**
 * One host that the servers of a pool may be opened at, and how the last tries there went. Host and port never change; the rest is the books', under their
 * lock.
 *
 * <p>After a failure the next try comes at once, then in growing steps: {@link #FIRST_STEP_NANOS}, and a thirty-sixth more each time, up to what the failure
 * allows. So a server is found within a second of its return after an outage of half a minute, and seldom asked in a long one.
 */
public final class Place {
    /** The shortest wait between two tries that both failed. */
    static final long FIRST_STEP_NANOS = 100_000_000L;
    /** A step is longer than the one before by this part of it. */
    private static final long GROWTH = 36;
    /** By up to this part a step is shortened at random, so that pools do not try in step. */
    private static final double JITTER = 0.25;

    private final String host;
    private final int port;
    private boolean failing;
    private long stepNanos;
    private long retryNanos;

    public Place(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** A name, an address, the directory of a Unix socket, or empty for the one in {@code unix_socket_dir}. Any thread. */
    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** Whether the last try failed. */
    boolean failing() {
        return failing;
    }

    /** Whether it may be tried now. */
    boolean due(long now) {
        return !failing || now - retryNanos >= 0;
    }

    /** When it may be tried again; only while it fails. */
    long retryNanos() {
        return retryNanos;
    }

    void succeeded() {
        failing = false;
        stepNanos = 0;
    }

    /**
     * A try failed.
     *
     * @param refused whether the server answered, and refused the login: then the first retry comes a step later, when those who were told of it have gone
     * @param longestNanos no step is longer
     * @param chance from 0 to 1
     */
    void failed(long now, boolean refused, long longestNanos, double chance) {
        if (!failing || now - retryNanos > longestNanos) {
            // The first one, or nobody has asked for long: what was before says nothing.
            failing = true;
            stepNanos = refused ? Math.min(longestNanos, FIRST_STEP_NANOS) : 0;
        } else {
            stepNanos = Math.min(longestNanos, Math.max(FIRST_STEP_NANOS, stepNanos + stepNanos / GROWTH));
        }
        retryNanos = now + stepNanos - (long) (stepNanos * JITTER * chance);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }

    /** A host of a list that has just one, the Unix socket. */
    static Place unixSocket(int port) {
        return new Place("", port);
    }

    /** The one that may be tried first; both fail. */
    static @Nullable Place sooner(@Nullable Place a, Place b) {
        return a == null || b.retryNanos - a.retryNanos < 0 ? b : a;
    }
}
