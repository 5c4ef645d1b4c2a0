package org.pgsluice.stats;

/** What one pool did about its clients' sessions on one reactor since it was made. Only ever added to, by that reactor's thread. */
public final class SessionCounters {
    /** So many reasons there are for a server to stay with its client. */
    public static final int REASONS = 8;

    /** How often a server was asked what its session has. */
    public long questions;
    /** How often without a reason, for session_audit. */
    public long audits;
    /** How often that has found something. */
    public long leaks;
    /** How often a client was refused what it had left. */
    public long refusals;
    /** How often a server began to stay with its client, by the numbers of the reasons. */
    public final long[] pins = new long[REASONS];
    /** Releases since the last audit; not to be summed. */
    public long unaudited;

    void add(SessionCounters other) {
        questions += other.questions;
        audits += other.audits;
        leaks += other.leaks;
        refusals += other.refusals;
        for (int i = 0; i < REASONS; i++) {
            pins[i] += other.pins[i];
        }
    }
}
