package org.pgsluice.server;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.ServerTls;
import org.pgsluice.config.UserConfig;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.PoolKey;
import org.pgsluice.tls.TlsException;

/**
 * TLS to all servers as one configuration asks for it, a {@link ServerContext} for each combination of settings that there is. A combination whose settings and
 * files are those of before keeps its context: by this it is known whose servers have to be made anew. Any thread.
 */
public final class ServerContexts {
    private final Config config;
    private final Map<ServerTls, ServerContext> all = new ConcurrentHashMap<>();

    private ServerContexts(Config config) {
        this.config = config;
    }

    /** Those of {@code config}, of which nothing is read or made before it is needed. */
    public static ServerContexts unread(Config config) {
        return new ServerContexts(config);
    }

    /**
     * Those of {@code config}. Reads all files that it names for databases, for users, and for the pools {@code inUse}: beside the reactors.
     *
     * @param before those whose place they take
     */
    public static ServerContexts read(Config config, Collection<PoolKey> inUse, ServerContexts before) throws TlsException {
        ServerContexts next = new ServerContexts(config);
        for (ServerTls tls : next.named(inUse)) {
            ServerContext fresh = new ServerContext(tls);
            ServerContext known = before.all.get(tls);
            if (!fresh.isPlain() && (!tls.isMild() || known != null && known.made() != null)) {
                fresh.make();
            }
            next.all.put(tls, known != null && fresh.isSameAs(known) ? known : fresh);
        }
        return next;
    }

    /** All combinations that are known to be needed. */
    private Set<ServerTls> named(Collection<PoolKey> inUse) {
        Set<ServerTls> named = new HashSet<>();
        DatabaseConfig any = config.autoDatabase();
        named.add(ServerTls.of(config, any, null));
        for (DatabaseConfig database : config.databases().values()) {
            named.add(ServerTls.of(config, database, null));
        }
        for (UserConfig user : config.users().values()) {
            named.add(ServerTls.of(config, any, user));
        }
        for (PoolKey pool : inUse) {
            DatabaseConfig entry = config.databases().get(pool.database());
            named.add(ServerTls.of(config, entry == null ? any : entry, config.users().get(pool.user())));
        }
        return named;
    }

    /** TLS to the servers of {@code pool}. */
    public ServerContext of(Pool pool) {
        return all.computeIfAbsent(ServerTls.of(config, pool.database().config(), pool.user().config()), ServerContext::new);
    }

    /** The same for all of {@code pools} that have servers to encrypt the connection to. */
    public Map<Pool, ServerContext> of(Collection<Pool> pools) {
        Map<Pool, ServerContext> contexts = new HashMap<>();
        for (Pool pool : pools) {
            if (isReachedByTcp(pool.database().config())) {
                contexts.put(pool, of(pool));
            }
        }
        return contexts;
    }

    private static boolean isReachedByTcp(DatabaseConfig entry) {
        for (String host : entry.hosts()) {
            if (!host.isEmpty() && host.charAt(0) != '/' && host.charAt(0) != '@') {
                return true;
            }
        }
        return false;
    }
}
