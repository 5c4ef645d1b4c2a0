package org.pgsluice.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which server gives way when a limit of a database or user is reached. Guarded by the books. */
final class Eviction {
    private Eviction() {}

    /** The unused server that was used longest ago. Those to be checked count only where nobody waits. */
    static @Nullable ServerEntry longestIdle(List<Pool> pools) {
        ServerEntry oldest = null;
        for (Pool pool : pools) {
            for (EntryList<ServerEntry> idle : pool.idle) {
                oldest = older(oldest, oldestOf(idle));
            }
            if (pool.waiting.first() == null) {
                oldest = older(oldest, oldestOf(pool.used));
            }
        }
        return oldest;
    }

    private static @Nullable ServerEntry oldestOf(EntryList<ServerEntry> list) {
        ServerEntry oldest = null;
        for (ServerEntry server = list.first(); server != null; server = server.next) {
            oldest = older(oldest, server);
        }
        return oldest;
    }

    private static @Nullable ServerEntry older(@Nullable ServerEntry a, @Nullable ServerEntry b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.usedNanos - a.usedNanos < 0 ? b : a;
    }
}
