package org.pgsluice.pool;

/** Where a client connection stands in the books. */
public enum ClientState {
    /** Not logged in; belongs to no pool yet, or waits for nothing that a pool gives. */
    LOGIN,
    /** Logged in, waits for the pool's first server, whose parameters the welcome needs. */
    WAITING_WELCOME,
    /** Logged in, waits for the server that is opened for it alone, since it replicates. */
    WAITING_REPLICATION,
    /** Logged in, with or without a server. */
    ACTIVE,
    /** Has something to say and waits for a server. */
    WAITING,
    /** A cancel request that waits for its connection to PostgreSQL. */
    WAITING_CANCEL,
    /** A cancel request on its way. */
    ACTIVE_CANCEL,
    /** Gone. */
    CLOSED
}
