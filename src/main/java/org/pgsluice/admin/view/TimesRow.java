package org.pgsluice.admin.view;

/**
 * How long clients of a pool waited and their queries took, since the pool began. Its arrays belong to the row.
 *
 * @param transactions how many there were
 * @param waits how many assignments of a server were waited for so long, by the buckets of {@link org.pgsluice.stats.Times}; most are not waited for
 * @param waitNanos all waits together
 * @param queries the same of queries, from the request until all of it is answered
 * @param queryNanos all queries together
 */
@SuppressWarnings("ArrayRecordComponent")
public record TimesRow(String database, String user, long transactions, long[] waits, long waitNanos, long[] queries, long queryNanos) {}
