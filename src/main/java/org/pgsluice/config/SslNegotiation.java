package org.pgsluice.config;

/** How TLS with a server begins, as libpq names it: by a request in PostgreSQL's protocol, or at once, as PostgreSQL 17 and newer take it. */
public enum SslNegotiation implements Word {
    POSTGRES("postgres"),
    DIRECT("direct");

    private final String word;

    SslNegotiation(String word) {
        this.word = word;
    }

    /** The word in files and in SHOW CONFIG. */
    @Override
    public String word() {
        return word;
    }
}
