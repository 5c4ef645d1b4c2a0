package org.pgsluice.pooler;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pgsluice.config.Config;
import org.pgsluice.config.Setting;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.PoolKey;
import org.pgsluice.server.ServerContext;
import org.pgsluice.server.ServerContexts;

/** TLS as one configuration asks for it, on its way into force: read beside the reactors, taken over on the first. Immutable. */
public final class Encryption {
    private final ServerContexts servers;

    private Encryption(ServerContexts servers) {
        this.servers = servers;
    }

    /** Whether a setting says something about TLS. */
    static boolean concerns(Setting<?> setting) {
        return setting.name().contains("_tls_") || setting.name().contains("_tls13_");
    }

    /** Reads what {@code config} names. Not on a reactor. The exception says what is wrong. */
    static Encryption read(Pooler pooler, Config config) throws IOException {
        List<PoolKey> pools = new ArrayList<>();
        for (Pool pool : pooler.books().registry().pools()) {
            pools.add(new PoolKey(pool.database().name(), pool.user().name()));
        }
        return new Encryption(ServerContexts.read(config, pools, pooler.commons().serverContexts()));
    }

    /** The same before there is a pooler, which does not start without it. */
    public static Encryption atStart(Config config) throws StartFailure {
        try {
            return new Encryption(ServerContexts.read(config, List.of(), ServerContexts.unread(config)));
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    /** Has a pooler begin with it. Before its first event. */
    public void begin(Pooler pooler) {
        take(pooler, Map.of());
    }

    /** Servers opened from now on are encrypted by it; those that have been in another way are closed at their next release. */
    void take(Pooler pooler, Map<Pool, ServerContext> before) {
        pooler.commons().serverContexts(servers);
        servers.of(before.keySet()).forEach((pool, context) -> {
            if (context != before.get(pool)) {
                pooler.books().registry().markObsolete(pool);
            }
        });
    }

    /** How the servers of all pools are encrypted now; to be asked before the configuration changes. */
    static Map<Pool, ServerContext> inForce(Pooler pooler) {
        return pooler.commons().serverContexts().of(pooler.books().registry().pools());
    }
}
