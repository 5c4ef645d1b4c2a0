package org.pgsluice.log;

/**
 * Where log lines go. Thread-safe. Callers on hot paths check {@link #isOn} before they build a message. Never give it SQL text above DEBUG, and never a
 * password, key or SCRAM message.
 */
public interface Log {
    /** Writes one line; returns when it is handed to the operating system. A newline in the message becomes newline and tab. */
    void write(Level level, String message);

    /** Writes one line about a connection; {@code facts} are what the message says, for programs. */
    default void write(Level level, Speaker speaker, String message, Fact... facts) {
        write(level, speaker + message);
    }

    /** Whether a line of that level would be written anywhere. */
    boolean isOn(Level level);

    default void fatal(String message) {
        write(Level.FATAL, message);
    }

    default void error(String message) {
        write(Level.ERROR, message);
    }

    default void warning(String message) {
        write(Level.WARNING, message);
    }

    default void info(String message) {
        write(Level.LOG, message);
    }

    default void debug(String message) {
        if (isOn(Level.DEBUG)) {
            write(Level.DEBUG, message);
        }
    }
}
