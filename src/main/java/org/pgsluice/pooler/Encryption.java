package org.pgsluice.pooler;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.AuthType;
import org.pgsluice.config.Config;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;
import org.pgsluice.config.SslMode;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.PoolKey;
import org.pgsluice.server.ServerContext;
import org.pgsluice.server.ServerContexts;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;
import org.pgsluice.tls.TlsSettings;

/** TLS as one configuration asks for it, on its way into force: read beside the reactors, taken over on the first. Immutable. */
public final class Encryption {
    private final ServerContexts servers;
    private final @Nullable TlsContext clients;

    private Encryption(ServerContexts servers, @Nullable TlsContext clients) {
        this.servers = servers;
        this.clients = clients;
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
        return new Encryption(ServerContexts.read(config, pools, pooler.commons().serverContexts()), ofClients(config));
    }

    /** The same before there is a pooler, which does not start without it. */
    public static Encryption atStart(Config config) throws StartFailure {
        try {
            return new Encryption(ServerContexts.read(config, List.of(), ServerContexts.unread(config)), ofClients(config));
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    /** TLS of clients; null where they get none. */
    private static @Nullable TlsContext ofClients(Config config) throws TlsException {
        TlsSettings settings = TlsSettings.ofClients(config);
        boolean wanted = settings.mode() != SslMode.DISABLE;
        if (wanted && (settings.keyFile().isEmpty() || settings.certFile().isEmpty())) {
            throw new TlsException("To allow TLS connections from clients, client_tls_key_file and client_tls_cert_file must be set.");
        }
        if (config.get(Settings.AUTH_TYPE) == AuthType.CERT && settings.mode() != SslMode.VERIFY_FULL) {
            throw new TlsException("auth_type=cert requires client_tls_sslmode=SSLMODE_VERIFY_FULL");
        }
        if (settings.mode() == SslMode.VERIFY_FULL && settings.caFile().isEmpty()) {
            throw new TlsException("client_tls_sslmode=verify-full requires client_tls_ca_file");
        }
        return wanted ? TlsContext.accepting(settings) : null;
    }

    /** Has a pooler begin with it. Before its first event. */
    public void begin(Pooler pooler) {
        take(pooler, Map.of());
    }

    /** Clients and servers from now on are encrypted by it; servers that have been in another way are closed at their next release. */
    void take(Pooler pooler, Map<Pool, ServerContext> before) {
        pooler.logins().tls(clients);
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
