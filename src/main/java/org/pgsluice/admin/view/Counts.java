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

    /**
     * What happened since {@code older}: counts as whole numbers per second, times as microseconds per transaction, query and assignment.
     *
     * @param micros the time between both; nothing above zero gives zeros
     */
    public Counts averageSince(Counts older, long micros) {
        if (micros <= 0) {
            return ZERO;
        }
        return new Counts(
                perSecond(serverAssignments - older.serverAssignments, micros),
                perSecond(xacts - older.xacts, micros),
                perSecond(queries - older.queries, micros),
                perSecond(clientBytes - older.clientBytes, micros),
                perSecond(serverBytes - older.serverBytes, micros),
                each(xactTime - older.xactTime, xacts - older.xacts),
                each(queryTime - older.queryTime, queries - older.queries),
                each(waitTime - older.waitTime, serverAssignments - older.serverAssignments),
                perSecond(clientParses - older.clientParses, micros),
                perSecond(serverParses - older.serverParses, micros),
                perSecond(binds - older.binds, micros),
                perSecond(clientLogins - older.clientLogins, micros));
    }

    private static long perSecond(long count, long micros) {
        return count < Long.MAX_VALUE / MICROS ? count * MICROS / micros : (long) ((double) count / micros * MICROS);
    }

    private static long each(long time, long count) {
        return count > 0 ? time / count : 0;
    }
}
