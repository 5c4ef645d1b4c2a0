package org.pgsluice.admin.view;

/** What kind of replication connection a client asked for. */
public enum Replication {
    NONE("none"),
    LOGICAL("logical"),
    PHYSICAL("physical");

    private final String word;

    Replication(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
