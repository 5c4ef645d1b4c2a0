package org.pgsluice.server;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.pgsluice.pool.Pool;
import org.pgsluice.vars.Carried;

/** Which settings the servers of a pool have taken at a login before, for as long as a connection has them. Any thread; asked once a login that has some. */
public final class TakenSettings {
    private final Map<Carried, Set<Pool>> pools = new WeakHashMap<>();

    TakenSettings() {}

    public synchronized boolean has(Pool pool, Carried settings) {
        return pools.getOrDefault(settings, Set.of()).contains(pool);
    }

    public synchronized void add(Pool pool, Carried settings) {
        pools.computeIfAbsent(settings, key -> Collections.newSetFromMap(new WeakHashMap<>())).add(pool);
    }
}
