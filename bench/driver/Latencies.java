package org.pgsluice.bench;

/** Counts durations in buckets about 1.6 % wide. One writer; read after it has stopped. */
final class Latencies {
    private static final int SUB = 64;

    private final long[] counts = new long[SUB * 64];
    private long max;

    void add(long nanos) {
        counts[bucket(nanos)]++;
        max = Math.max(max, nanos);
    }

    void add(Latencies other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        max = Math.max(max, other.max);
    }

    long max() {
        return max;
    }

    /** The duration that {@code share} of all stay below, in nanoseconds; 0 when there are none. */
    long quantile(double share) {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        long wanted = (long) Math.ceil(total * share);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted && wanted > 0) {
                return Math.min(max, middle(i));
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        if (nanos < SUB) {
            return (int) Math.max(0, nanos);
        }
        int exponent = 63 - Long.numberOfLeadingZeros(nanos) - 6;
        return (exponent + 1) * SUB + (int) ((nanos >>> exponent) - SUB);
    }

    private static long middle(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int exponent = bucket / SUB - 1;
        return ((bucket % SUB + (long) SUB) << exponent) + (1L << exponent >> 1);
    }
}
