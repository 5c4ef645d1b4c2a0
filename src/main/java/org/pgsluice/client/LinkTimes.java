package org.pgsluice.client;

import org.pgsluice.stats.Counters;

/** When a client's query and transaction began, on the reactor's clock, and what they add to the pool's counters. On the client's reactor. */
public final class LinkTimes {
    private final Counters counters;
    private long queryStart;
    private long transactionStart;
    private long idleSince;
    private long answeredAt;
    private long transactionOverAt;

    LinkTimes(Counters counters) {
        this.counters = counters;
    }

    /** The client asks for something. Pipelined requests count as one query, as in PgBouncer. */
    void requestBegins(long now) {
        if (queryStart == 0) {
            queryStart = now;
            counters.queries++;
        }
        if (transactionStart == 0) {
            transactionStart = queryStart;
            counters.transactions++;
        }
        idleSince = 0;
    }

    /**
     * The server has answered everything; {@code status} is that of its ReadyForQuery.
     *
     * @return for how long the query ran, nanoseconds; 0 when there was none
     */
    long ready(byte status, long now) {
        answeredAt = now;
        long took = 0;
        if (queryStart != 0) {
            took = now - queryStart;
            counters.queryNanos += took;
            counters.queryTimes.add(took);
            queryStart = 0;
        }
        if (status != 'I') {
            idleSince = now;
            return took;
        }
        idleSince = 0;
        if (transactionStart != 0) {
            counters.transactionNanos += now - transactionStart;
            transactionStart = 0;
        }
        return took;
    }

    /** One of several pipelined requests is over, the next one begins: it has all of its time, though they count as one. */
    void goesOn(byte status, long now) {
        answeredAt = now;
        if (status == 'I') {
            transactionOverAt = now;
        }
    }

    /** Goes on where another process was; the arguments are ages, 0 for none. */
    void restore(long queryAgo, long transactionAgo, long idleAgo, long now) {
        queryStart = queryAgo == 0 ? 0 : now - queryAgo;
        transactionStart = transactionAgo == 0 ? 0 : now - transactionAgo;
        idleSince = idleAgo == 0 ? 0 : now - idleAgo;
    }

    /** When the query that runs was begun; 0 for none. */
    public long queryStart() {
        return queryStart;
    }

    /** When the last query was answered; 0 for none. */
    public long answeredAt() {
        return answeredAt;
    }

    /** When the transaction that is open was begun; 0 for none. */
    public long transactionStart() {
        return transactionStart;
    }

    /** Since when the transaction that is open has lasted, also where others were sent in one write before it; 0 for none. */
    public long transactionSince() {
        return transactionStart == 0 ? 0 : Math.max(transactionStart, transactionOverAt);
    }

    /** Since when the client has been idle inside a transaction; 0 when it is not. */
    public long idleInTransactionSince() {
        return idleSince;
    }
}
