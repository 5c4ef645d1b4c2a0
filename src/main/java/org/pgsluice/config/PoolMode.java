package org.pgsluice.config;

/** When a server goes back to its pool: at the client's end, after each transaction, or after each statement. */
public enum PoolMode implements Word {
    SESSION("session"),
    TRANSACTION("transaction"),
    STATEMENT("statement");

    private final String word;

    PoolMode(String word) {
        this.word = word;
    }

    /** The word in files and in SHOW CONFIG. */
    @Override
    public String word() {
        return word;
    }
}
