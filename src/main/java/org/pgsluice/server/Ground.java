package org.pgsluice.server;

import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.Pool;
import org.pgsluice.vars.TrackedVars;

/**
 * What a statement's text depends on beside itself: what was accepted in one database, by one user and with one search_path may mean nothing elsewhere.
 *
 * @param searchPath as it was reported last; null where the server does not report it
 */
public record Ground(Pool pool, @Nullable String searchPath) {
    /** Where a client or a server with those parameters stands. */
    public static Ground of(Pool pool, TrackedVars vars) {
        int index = vars.names().indexOf("search_path");
        return new Ground(pool, index < 0 ? null : vars.value(index));
    }
}
