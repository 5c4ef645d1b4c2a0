package org.pgsluice.pool;

/** How often connections were closed for each reason, on one reactor. Only that reactor's thread counts; others may read a moment late. */
public final class CloseCounts {
    private final long[] counts = new long[CloseReason.values().length];

    /** One more was closed for {@code reason}. */
    public void count(CloseReason reason) {
        counts[reason.ordinal()]++;
    }

    public long of(CloseReason reason) {
        return counts[reason.ordinal()];
    }
}
