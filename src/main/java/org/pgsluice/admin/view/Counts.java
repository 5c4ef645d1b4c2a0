package org.pgsluice.admin.view;

/**
 * The twelve counters of a pool, or sums or averages of them. Times are microseconds.
 *
 * @param clientBytes bytes received from clients
 * @param serverBytes bytes received from servers
 * @param waitTime time that clients waited for a server
 */
public record Counts(
        long serverAssignments,
        long xacts,
        long queries,
        long clientBytes,
        long serverBytes,
        long xactTime,
        long queryTime,
        long waitTime,
        long clientParses,
        long serverParses,
        long binds,
        long clientLogins) {
    public static final Counts ZERO = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final long MICROS = 1_000_000;

    /** The sum of both. */
    public Counts plus(Counts other) {
        return new Counts(
                serverAssignments + other.serverAssignments,
                xacts + other.xacts,
                queries + other.queries,
                clientBytes + other.clientBytes,
                serverBytes + other.serverBytes,
                xactTime + other.xactTime,
                queryTime + other.queryTime,
                waitTime + other.waitTime,
                clientParses + other.clientParses,
                serverParses + other.serverParses,
                binds + other.binds,
                clientLogins + other.clientLogins);
    }

    /** What is more here than in {@code older}. */
    public Counts minus(Counts older) {
        return new Counts(
                serverAssignments - older.serverAssignments,
                xacts - older.xacts,
                queries - older.queries,
                clientBytes - older.clientBytes,
                serverBytes - older.serverBytes,
                xactTime - older.xactTime,
                queryTime - older.queryTime,
                waitTime - older.waitTime,
                clientParses - older.clientParses,
                serverParses - older.serverParses,
                binds - older.binds,
                clientLogins - older.clientLogins);
    }

    /**
     * What happened since {@code older}: counts as whole numbers per second, times as microseconds per transaction, query and assignment.
     *
     * @param micros the time between both; nothing above zero gives zeros
     */
    public Counts averageSince(Counts older, long micros) {
        if (micros <= 0) {
            return ZERO;
        }
        Counts more = minus(older);
        return new Counts(
                perSecond(more.serverAssignments, micros),
                perSecond(more.xacts, micros),
                perSecond(more.queries, micros),
                perSecond(more.clientBytes, micros),
                perSecond(more.serverBytes, micros),
                each(more.xactTime, more.xacts),
                each(more.queryTime, more.queries),
                each(more.waitTime, more.serverAssignments),
                perSecond(more.clientParses, micros),
                perSecond(more.serverParses, micros),
                perSecond(more.binds, micros),
                perSecond(more.clientLogins, micros));
    }

    private static long perSecond(long count, long micros) {
        return count < Long.MAX_VALUE / MICROS ? count * MICROS / micros : (long) ((double) count / micros * MICROS);
    }

    private static long each(long time, long count) {
        return count > 0 ? time / count : 0;
    }
}
