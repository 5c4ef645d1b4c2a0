package org.pgsluice.config;

/** Whose number currval and lastval give where sessions are carried. */
public enum SequenceValues implements Word {
    /** The client's own, or PostgreSQL's error. */
    OWN("own"),
    /** That of whoever had the server, as with PgBouncer. */
    ANY("any");

    private final String word;

    SequenceValues(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
