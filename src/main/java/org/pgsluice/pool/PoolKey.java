package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;

/** What a pool is made for: a database of the configuration and the user its servers log in as. */
public record PoolKey(String database, String user) {
    // The record's own two are calls through method handles, which cost more than the comparison. Each login looks its pool up.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PoolKey key && database.equals(key.database) && user.equals(key.user);
    }

    @Override
    public int hashCode() {
        return 31 * database.hashCode() + user.hashCode();
    }

    @Override
    public String toString() {
        return database + "/" + user;
    }
}
