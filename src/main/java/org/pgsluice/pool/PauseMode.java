package org.pgsluice.pool;

/** What the whole pooler does with servers. */
public enum PauseMode {
    NONE,
    /** No client gets a server; idle ones are closed. */
    PAUSE,
    /** All buffers are flushed and nothing is read. */
    SUSPEND
}
