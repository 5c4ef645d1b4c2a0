package org.pgsluice.notify;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/** The hubs of all pools, each made when its first client listens. Any thread. */
public final class Hubs {
    private static final int MARKER_BYTES = 8;

    private final Lane[] lanes;
    private final Map<Pool, Hub> hubs = new HashMap<>();

    /** @param lanes one for each reactor, in their order */
    public Hubs(Lane[] lanes) {
        this.lanes = lanes;
    }

    /** The hub of {@code pool}; a new one lives on the reactor of {@code lane}. */
    public synchronized Hub of(Pool pool, Lane lane) {
        Hub known = hubs.get(pool);
        if (known != null) {
            return known;
        }
        // Pools come and go.
        hubs.keySet().retainAll(lane.books().registry().pools());
        byte[] random = new byte[MARKER_BYTES];
        lane.commons().random().nextBytes(random);
        Hub fresh = new Hub(pool, lane, lanes, "pgsluice_" + HexFormat.of().formatHex(random));
        hubs.put(pool, fresh);
        return fresh;
    }

    /** Whether {@code server} listens for all clients of its pool. On its reactor. */
    public static boolean listens(ServerSession server) {
        return server.tenant() instanceof Ear;
    }

    /** Looks after a server that {@link #listens}; it ends for {@code reason} if there is one. On its reactor. */
    public static void lookAfter(ServerSession server, @Nullable CloseReason reason) {
        if (server.tenant() instanceof Ear ear) {
            ear.hub().lookAfter(ear, reason);
        }
    }
}
