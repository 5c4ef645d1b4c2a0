package org.pgsluice.config;

/** How much TLS a connection has to have, weakest first, as libpq names it. */
public enum SslMode implements Word {
    DISABLE("disable"),
    ALLOW("allow"),
    PREFER("prefer"),
    REQUIRE("require"),
    VERIFY_CA("verify-ca"),
    VERIFY_FULL("verify-full");

    private final String word;

    SslMode(String word) {
        this.word = word;
    }

    /** The word in files and in SHOW CONFIG. */
    @Override
    public String word() {
        return word;
    }
}
