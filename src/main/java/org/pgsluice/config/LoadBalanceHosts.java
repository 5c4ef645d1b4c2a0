package org.pgsluice.config;

/** How the next host of a list is chosen: in turn for each new connection, or the same one until it fails. */
public enum LoadBalanceHosts implements Word {
    ROUND_ROBIN("round-robin"),
    DISABLE("disable");

    private final String word;

    LoadBalanceHosts(String word) {
        this.word = word;
    }

    /** The word in files and in SHOW CONFIG. */
    @Override
    public String word() {
        return word;
    }
}
