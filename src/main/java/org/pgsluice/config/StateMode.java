package org.pgsluice.config;

/** What becomes of a session's state in transaction and statement pooling: which of its settings follow a client from server to server. */
public enum StateMode implements Word {
    /** Five that PostgreSQL reports, and those of track_extra_parameters, as PgBouncer before 1.26. */
    OFF("off"),
    /** Ten that PostgreSQL reports, as PgBouncer 1.26. */
    REPORTED("reported"),
    /** Everything that a session has; what cannot follow holds the server. */
    CARRY("carry"),
    /** The same, but what cannot follow is an error. */
    STRICT("strict");

    private final String word;

    StateMode(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }

    /** Whether statements are looked into for what they do to their session. */
    public boolean carries() {
        return this == CARRY || this == STRICT;
    }
}
