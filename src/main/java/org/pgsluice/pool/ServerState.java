package org.pgsluice.pool;

/** Where a server connection stands in its pool's books; the names are those of SHOW POOLS' columns. */
public enum ServerState {
    /** Connecting or logging in. */
    LOGIN,
    /** Ready for the next client. */
    IDLE,
    /** Linked to a client. */
    ACTIVE,
    /** Idle for longer than server_check_delay: to be checked before its next use. */
    USED,
    /** Runs the reset or check query. */
    TESTED,
    /** Free, but a cancel request for it is still under way: goes to nobody. */
    BEING_CANCELED,
    /** Carries a cancel request to PostgreSQL. */
    ACTIVE_CANCEL,
    /** Taken out of the books' hands to be closed by its reactor; still counted. */
    CLOSING,
    /** Gone. */
    CLOSED
}
