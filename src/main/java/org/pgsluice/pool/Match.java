package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;

/**
 * Which idle server a client gets, and which of those that wait gets a server that becomes free. A pair on one reactor is preferred, since a server that goes
 * to another one costs two system calls and its processor's caches; then one with the same {@linkplain Entry#fingerprint settings}, since a difference costs
 * PostgreSQL a query. Under the books' lock; each look has a bound.
 */
final class Match {
    /** A client may be served before one that came so much earlier, if the server suits it better. */
    static final long OVERTAKING_NANOS = 2_000_000;
    /** So many behind the first are looked at for a better one. */
    static final int LOOKED_AT = 16;

    private Match() {}

    /** An idle server for a client, of its own reactor if that has any: of those the one that was used last. Null for none. */
    static @Nullable ServerEntry idle(Pool pool, ClientEntry client, Config config) {
        boolean oldestFirst = pool.terms(config).oldestFirst;
        ServerEntry server = usable(pool.idle[client.reactorIndex], oldestFirst);
        for (int other = 0; server == null && other < pool.idle.length; other++) {
            server = usable(pool.idle[other], oldestFirst);
        }
        return server == null || oldestFirst ? server : alike(server, client.fingerprint);
    }

    private static @Nullable ServerEntry usable(EntryList<ServerEntry> list, boolean oldestFirst) {
        ServerEntry server = oldestFirst ? list.last() : list.first();
        while (server != null && server.closeNeeded()) {
            server = oldestFirst ? server.previous : server.next;
        }
        return server;
    }

    private static ServerEntry alike(ServerEntry first, int fingerprint) {
        ServerEntry one = first;
        for (int i = 0; one != null && i <= LOOKED_AT; i++) {
            if (one.fingerprint == fingerprint && !one.closeNeeded()) {
                return one;
            }
            one = one.next;
        }
        return first;
    }

    /**
     * Who is served next by a server: the oldest that waits, or one close behind it that the server suits better. By time of arrival nobody is overtaken by one
     * who came more than {@link #OVERTAKING_NANOS} later, so nobody starves. Null when nobody waits.
     */
    static @Nullable ClientEntry waiting(Pool pool, ServerEntry server) {
        ClientEntry oldest = pool.waiting.first();
        ClientEntry near = null;
        ClientEntry one = oldest;
        for (int i = 0; one != null && oldest != null && i <= LOOKED_AT && one.waitSinceNanos - oldest.waitSinceNanos <= OVERTAKING_NANOS; i++) {
            if (one.reactorIndex == server.reactorIndex()) {
                if (one.fingerprint == server.fingerprint) {
                    return one;
                }
                near = near == null ? one : near;
            }
            one = one.next;
        }
        return near == null ? oldest : near;
    }
}
