package org.pgsluice.config;

/** How lines of the log are written. */
public enum LogFormat implements Word {
    /** As PgBouncer writes them. */
    TEXT("text"),
    /** One JSON object a line. */
    JSON("json");

    private final String word;

    LogFormat(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
