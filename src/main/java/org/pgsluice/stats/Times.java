package org.pgsluice.stats;

/**
 * How many times fell between which bounds: a histogram of fixed buckets, from a tenth of a millisecond to a minute. Written by one thread, without a branch
 * that is hard to foresee; others may read a moment late.
 */
public final class Times {
    /** Nanoseconds. Each is at least twice the one before, so no two share an octave. */
    private static final long[] BOUNDS = {
        100_000L, 250_000L, 500_000L,
        1_000_000L, 2_500_000L, 5_000_000L,
        10_000_000L, 25_000_000L, 50_000_000L,
        100_000_000L, 250_000_000L, 500_000_000L,
        1_000_000_000L, 2_500_000_000L, 5_000_000_000L,
        10_000_000_000L, 25_000_000_000L, 60_000_000_000L
    };
    /** By the number of leading zeros of a time: how many bounds are below its octave. */
    private static final byte[] BELOW = below();
    private static final double NANOS = 1e9;

    private final long[] counts = new long[BOUNDS.length + 1];

    /** One more took so long. */
    public void add(long nanos) {
        int index = BELOW[Long.numberOfLeadingZeros(nanos)];
        counts[index < BOUNDS.length && nanos > BOUNDS[index] ? index + 1 : index]++;
    }

    /** Adds those of {@code other}. */
    public void add(Times other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    /** How many there are in each bucket, the last of which has no bound. */
    public long[] counts() {
        return counts.clone();
    }

    /** The upper bounds in seconds; the last one is infinite. */
    public static double[] bounds() {
        double[] seconds = new double[BOUNDS.length + 1];
        for (int i = 0; i < BOUNDS.length; i++) {
            seconds[i] = BOUNDS[i] / NANOS;
        }
        seconds[BOUNDS.length] = Double.POSITIVE_INFINITY;
        return seconds;
    }

    private static byte[] below() {
        byte[] below = new byte[Long.SIZE + 1];
        for (int zeros = 1; zeros < Long.SIZE; zeros++) {
            long octave = 1L << (Long.SIZE - 1 - zeros);
            while (below[zeros] < BOUNDS.length && BOUNDS[below[zeros]] < octave) {
                below[zeros]++;
            }
        }
        return below;
    }
}
