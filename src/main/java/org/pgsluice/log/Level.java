package org.pgsluice.log;

/** Levels as PgBouncer writes them; {@code verbose} 0 shows LOG and worse, 1 adds DEBUG, 2 and 3 add NOISE. */
public enum Level {
    FATAL,
    ERROR,
    WARNING,
    LOG,
    DEBUG,
    NOISE
}
