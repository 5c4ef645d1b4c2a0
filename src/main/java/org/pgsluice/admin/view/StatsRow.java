package org.pgsluice.admin.view;

/**
 * The counters of one database.
 *
 * @param total since the pools began
 * @param older as they stood at the begin of the period that averages are taken over
 * @param periodMicros the length of that period until now, microseconds
 */
public record StatsRow(String database, Counts total, Counts older, long periodMicros) {
    /** Rates per second, and times per transaction, query and assignment, over the period. */
    public Counts average() {
        return total.averageSince(older, periodMicros);
    }
}
