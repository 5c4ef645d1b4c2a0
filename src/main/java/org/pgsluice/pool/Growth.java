package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;

/** What a pool whose clients wait needs next; see {@link Openings#grow}. */
public sealed interface Growth {
    /**
     * A server connection may be opened; its place is reserved until {@link Openings#opened}.
     *
     * @param place where
     * @param fromReserve whether it is one of reserve_pool_size
     * @param dedicated the client that it is for alone; null for whoever comes
     */
    record Open(Place place, boolean fromReserve, @Nullable ClientEntry dedicated) implements Growth {
        Open(Place place, boolean fromReserve) {
            this(place, fromReserve, null);
        }
    }

    /** A limit of the database or user is reached; this idle server of another pool, now CLOSING, is to be closed on its reactor first. */
    record Evict(ServerEntry victim) implements Growth {}

    /** This server, now TESTED, is to run the check query. */
    record Check(ServerEntry server) implements Growth {}
}
