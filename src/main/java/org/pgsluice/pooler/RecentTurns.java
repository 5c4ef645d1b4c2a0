package org.pgsluice.pooler;

/** The longest turn of a reactor in the last one to two minutes, whoever asks for it and however often. For one thread. */
final class RecentTurns {
    static final long WINDOW_NANOS = 60_000_000_000L;

    private boolean rolling;
    private long begun;
    private long longest;
    private long longestBefore;

    /** A turn took so long; 0 for none. {@code now} is the time of the reactor, in nanoseconds. */
    void note(long nanos, long now) {
        roll(now);
        longest = Math.max(longest, nanos);
    }

    long longest(long now) {
        roll(now);
        return Math.max(longest, longestBefore);
    }

    private void roll(long now) {
        if (!rolling) {
            rolling = true;
            begun = now;
        }
        long age = now - begun;
        if (age >= WINDOW_NANOS) {
            longestBefore = age < 2 * WINDOW_NANOS ? longest : 0;
            longest = 0;
            begun = now;
        }
    }
}
