package org.pgsluice.stats;

/**
 * What one pool did on one reactor since it was made: the columns of SHOW STATS, in their order, and how times spread. Only ever added to, by that reactor's
 * thread. Times are nanoseconds here and microseconds in the console.
 */
public final class Counters {
    public long serverAssignments;
    public long transactions;
    public long queries;
    public long clientBytes;
    public long serverBytes;
    public long transactionNanos;
    public long queryNanos;
    public long waitNanos;
    public long clientParses;
    public long serverParses;
    public long binds;
    public long clientLogins;
    /** Waits for a server; those of no length are not in it. */
    public final Times waits = new Times();
    public final Times queryTimes = new Times();
    /** What is beside SHOW STATS. */
    public final SessionCounters session = new SessionCounters();

    /** Adds {@code other}'s values. */
    public void add(Counters other) {
        serverAssignments += other.serverAssignments;
        transactions += other.transactions;
        queries += other.queries;
        clientBytes += other.clientBytes;
        serverBytes += other.serverBytes;
        transactionNanos += other.transactionNanos;
        queryNanos += other.queryNanos;
        waitNanos += other.waitNanos;
        clientParses += other.clientParses;
        serverParses += other.serverParses;
        binds += other.binds;
        clientLogins += other.clientLogins;
        waits.add(other.waits);
        queryTimes.add(other.queryTimes);
        session.add(other.session);
    }
}
