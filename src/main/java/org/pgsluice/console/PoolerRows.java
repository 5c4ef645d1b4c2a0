package org.pgsluice.console;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.pgsluice.admin.view.ConfigRow;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.DnsHostRow;
import org.pgsluice.admin.view.FdRow;
import org.pgsluice.admin.view.ListCounts;
import org.pgsluice.admin.view.MemRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PeerRow;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.UserRow;
import org.pgsluice.client.ClientSession;
import org.pgsluice.config.Config;
import org.pgsluice.config.PeerConfig;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;
import org.pgsluice.config.UserConfig;
import org.pgsluice.handover.FdRows;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.PoolCounts;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.User;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.Stats;
import org.pgsluice.pooler.Version;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/**
 * Collects what the console shows. Sessions are looked at on their own reactors, one reactor after the other, then the books; so a snapshot has everything that happened
 * before it was asked for.
 */
final class PoolerRows implements PoolerView {
    private final Pooler pooler;
    private final Lane[] lanes;
    private final Books books;
    private final Collection<ClientSession> clients;
    private final Collection<ServerSession> servers;
    private final Supplier<List<DnsHostRow>> dnsHosts;
    private final String engine;

    PoolerRows(Pooler pooler, Supplier<List<DnsHostRow>> dnsHosts, String engine) {
        this.pooler = pooler;
        this.lanes = pooler.lanes();
        this.books = pooler.books();
        this.clients = pooler.clients();
        this.servers = pooler.commons().servers();
        this.dnsHosts = dnsHosts;
        this.engine = engine;
    }

    @Override
    public void collect(Set<Part> parts, Consumer<Snapshot> then) {
        Lane asker = current();
        List<SocketRow> clientRows = new ArrayList<>();
        List<SocketRow> serverRows = new ArrayList<>();
        List<FdRow> fdRows = new ArrayList<>();
        List<ReactorRow> reactorRows = new ArrayList<>();
        FdRows fds = parts.contains(Part.FDS) ? new FdRows(lanes[0].commons(), pooler.handover(), books.pauseMode() == PauseMode.SUSPEND, fdRows) : null;
        ReactorRows reactors = parts.contains(Part.REACTORS) ? new ReactorRows(lanes[0].commons(), clients, lanes.length) : null;
        Consumer<Lane> look = lane -> {
            if (parts.contains(Part.CLIENTS)) {
                SocketRows.clients(lane, clients, clientRows);
            }
            if (parts.contains(Part.SERVERS)) {
                SocketRows.servers(lane, servers, serverRows);
            }
            if (fds != null) {
                collectFds(lane, fds);
            }
            if (reactors != null) {
                reactors.visit(lane);
            }
        };
        Runnable finish = () -> {
            clientRows.sort(SocketRows.ORDER);
            serverRows.sort(SocketRows.ORDER);
            then.accept(build(parts, Snapshot.builder().clients(clientRows).servers(serverRows).fds(fdRows).reactors(reactorRows)));
        };
        visit(0, look, () -> {
            if (reactors != null) {
                reactors.finish(asker.reactor(), reactorRows, finish);
            } else if (asker.reactor().inReactor()) {
                finish.run();
            } else {
                asker.reactor().execute(finish);
            }
        });
    }

    private Lane current() {
        for (Lane lane : lanes) {
            if (lane.reactor().inReactor()) {
                return lane;
            }
        }
        return lanes[0];
    }

    /** Goes from reactor to reactor, also where nothing is looked at: that makes their counters' latest values seen. */
    private void visit(int index, Consumer<Lane> look, Runnable then) {
        if (index == lanes.length) {
            then.run();
            return;
        }
        Lane lane = lanes[index];
        Runnable here = () -> {
            look.accept(lane);
            visit(index + 1, look, then);
        };
        if (lane.reactor().inReactor()) {
            here.run();
        } else {
            lane.reactor().execute(here);
        }
    }

    private void collectFds(Lane lane, FdRows fds) {
        if (lane.index() == 0) {
            fds.listeners(pooler.listeners().all());
        }
        fds.sessions(lane, clients);
        if (lane.index() == lanes.length - 1) {
            fds.tellWhatIsLeft();
        }
    }

    private Snapshot build(Set<Part> parts, Snapshot.Builder builder) {
        builder.version(Version.COMPATIBLE).state(switch (books.pauseMode()) {
            case NONE -> PoolerState.ACTIVE;
            case PAUSE -> PoolerState.PAUSED;
            case SUSPEND -> PoolerState.SUSPENDED;
        });
        for (Part part : parts) {
            switch (part) {
                case POOLS -> builder.pools(pools());
                case DATABASES -> builder.databases(databases());
                case USERS -> builder.users(users());
                case PEERS -> builder.peers(peers());
                case STATS -> builder.stats(pooler.stats().rows());
                case LISTS -> builder.lists(lists());
                case CONFIG -> builder.config(config());
                case MEM -> builder.mem(mem());
                case DNS_HOSTS -> builder.dnsHosts(dnsHosts.get());
                case CLIENTS, SERVERS, PEER_POOLS, DNS_ZONES, FDS, REACTORS, STATE, VERSION -> {}
            }
        }
        return builder.build();
    }

    private List<PoolRow> pools() {
        List<PoolRow> rows = new ArrayList<>();
        long now = current().now();
        for (Pool pool : Stats.sorted(books.registry().pools())) {
            PoolCounts c = books.inventory().counts(pool);
            long wait = c.oldestWaitNanos() == 0 ? 0 : Math.max(0, now - c.oldestWaitNanos()) / 1000;
            boolean console = pool.database().name().equals(Registry.CONSOLE);
            rows.add(new PoolRow(
                    pool.database().name(),
                    pool.user().name(),
                    c.clientsActive(),
                    c.clientsWaiting(),
                    c.clientsActiveCancel(),
                    c.clientsWaitingCancel(),
                    c.serversActive(),
                    c.serversActiveCancel(),
                    c.serversBeingCanceled(),
                    c.serversIdle(),
                    c.serversUsed(),
                    c.serversTested(),
                    c.serversLogin(),
                    wait,
                    console ? "statement" : pool.mode(books.config()).word(),
                    pool.loadBalanceHosts() == null ? null : pool.loadBalanceHosts().word()));
        }
        return rows;
    }

    private List<DatabaseRow> databases() {
        Config config = books.config();
        List<DatabaseRow> rows = new ArrayList<>();
        for (Database database : books.registry().databases()) {
            var entry = database.config();
            boolean console = database.name().equals(Registry.CONSOLE);
            rows.add(new DatabaseRow(
                    database.name(),
                    entry.hosts().isEmpty() ? null : String.join(",", entry.hosts()),
                    console ? config.integer(Settings.LISTEN_PORT) : entry.serverPort(),
                    entry.serverDbname(),
                    database.forcedUser(),
                    database.poolSize(config),
                    database.minPoolSize(config),
                    database.reservePoolSize(config),
                    (int) (database.serverLifetimeNanos(config) / 1_000_000_000L),
                    entry.poolMode() == null ? null : entry.poolMode().word(),
                    entry.hosts().size() < 2 ? null : entry.loadBalanceHosts() == null ? "round-robin" : entry.loadBalanceHosts().word(),
                    database.maxConnections(config),
                    database.serverCount(),
                    database.maxClientConnections(config),
                    database.clientCount(),
                    database.paused(),
                    database.disabled()));
        }
        return rows;
    }

    private List<UserRow> users() {
        Config config = books.config();
        List<UserRow> rows = new ArrayList<>();
        for (User user : books.registry().users()) {
            UserConfig own = user.config();
            rows.add(new UserRow(
                    user.name(),
                    own == null ? null : own.poolSize(),
                    own == null ? null : own.reservePoolSize(),
                    own == null || own.poolMode() == null ? null : own.poolMode().word(),
                    user.maxConnections(config),
                    user.serverCount(),
                    user.maxClientConnections(config),
                    user.clientCount()));
        }
        return rows;
    }

    private List<PeerRow> peers() {
        List<PeerRow> rows = new ArrayList<>();
        for (var entry : books.config().peers().entrySet()) {
            PeerConfig peer = entry.getValue();
            Integer size = peer.poolSize();
            rows.add(new PeerRow(entry.getKey(), peer.host(), peer.port() == null ? 6432 : peer.port(), size == null ? books.config().integer(Settings.DEFAULT_POOL_SIZE) : size));
        }
        return rows;
    }

    private ListCounts lists() {
        int login = 0;
        for (ClientSession client : clients) {
            login += client.pool() == null ? 1 : 0;
        }
        Registry registry = books.registry();
        int used = 0;
        for (Pool pool : registry.pools()) {
            used += books.inventory().counts(pool).servers();
        }
        return new ListCounts(
                registry.databases().size(),
                registry.users().size(),
                books.config().peers().size(),
                registry.pools().size(),
                0,
                0,
                books.members().clientTotal(),
                login,
                0,
                used,
                dnsHosts.get().size(),
                0,
                0,
                0);
    }

    private List<ConfigRow> config() {
        List<ConfigRow> rows = new ArrayList<>();
        for (Setting<?> setting : Settings.ALL) {
            String value = setting == Settings.ENGINE ? engine : books.config().show(setting);
            rows.add(new ConfigRow(setting.name(), value, setting.defaultRaw(), setting.reloadable()));
        }
        return rows;
    }

    /** What the process holds of its own kinds; the sizes of one are rough, the heap's is the JVM's. */
    private List<MemRow> mem() {
        List<MemRow> rows = new ArrayList<>();
        Runtime runtime = Runtime.getRuntime();
        rows.add(new MemRow("heap", 1, runtime.totalMemory() - runtime.freeMemory(), runtime.freeMemory(), runtime.totalMemory()));
        rows.add(new MemRow("client_cache", 1024, clients.size(), 0, clients.size() * 1024L));
        rows.add(new MemRow("server_cache", 2048, servers.size(), 0, servers.size() * 2048L));
        rows.add(new MemRow("prepared_statement_cache", 512, lanes[0].commons().catalog().size(), 0, lanes[0].commons().catalog().size() * 512L));
        return rows;
    }
}
