package org.pgsluice.admin;

/** What SHUTDOWN waits for. */
public enum ShutdownMode {
    /** Nothing: the process ends at once and the console's connection with it. */
    IMMEDIATE,
    /** All servers are released, as after SIGINT. */
    WAIT_FOR_SERVERS,
    /** All clients are gone, as after SIGTERM. */
    WAIT_FOR_CLIENTS
}
