package org.pgsluice.pool;

/** What a pool is made for: a database of the configuration and the user its servers log in as. */
public record PoolKey(String database, String user) {
    @Override
    public String toString() {
        return database + "/" + user;
    }
}
