package org.pgsluice.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.pgsluice.admin.view.ConfigRow;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.DnsHostRow;
import org.pgsluice.admin.view.DnsZoneRow;
import org.pgsluice.admin.view.ListCounts;
import org.pgsluice.admin.view.MemRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PeerPoolRow;
import org.pgsluice.admin.view.PeerRow;
import org.pgsluice.admin.view.PoolLimitsRow;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.admin.view.Readiness;
import org.pgsluice.admin.view.SessionStateRow;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.UserRow;
import org.pgsluice.advice.Advice;
import org.pgsluice.cancel.Peers;
import org.pgsluice.client.ClientSession;
import org.pgsluice.config.Config;
import org.pgsluice.config.PeerConfig;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;
import org.pgsluice.config.UserConfig;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.PoolCounts;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.User;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.Stats;
import org.pgsluice.pooler.Version;
import org.pgsluice.server.Lane;
import org.pgsluice.stats.SessionCounters;

/**
 * Collects what the console shows. Sessions are looked at on their own reactors, one reactor after the other ({@link SessionRows}), then the books; so a
 * snapshot has everything that happened before it was asked for.
 */
final class PoolerRows implements PoolerView {
    private final Pooler pooler;
    private final Lane[] lanes;
    private final Slices[] slices;
    private final Looks looks = new Looks(this::look);
    private final Books books;
    private final Supplier<List<DnsHostRow>> dnsHosts;
    private final String engine;
    private final List<Source<?>> sources;
    private final Slab clientSlab = new Slab();
    private final Slab serverSlab = new Slab();

    /** Where the rows of a part come from that are on no reactor. Asked when all reactors were looked at. */
    private record Source<R>(Part<R> part, Supplier<List<R>> rows) {
        Snapshot addTo(Snapshot snapshot) {
            return snapshot.with(part, rows.get());
        }
    }

    PoolerRows(Pooler pooler, Slices[] slices, Supplier<List<DnsHostRow>> dnsHosts, Supplier<List<DnsZoneRow>> dnsZones, String engine) {
        this.pooler = pooler;
        this.lanes = pooler.lanes();
        this.slices = slices;
        this.books = pooler.books();
        this.dnsHosts = dnsHosts;
        this.engine = engine;
        this.sources = List.of(
                new Source<>(Part.POOLS, this::pools),
                new Source<>(Part.DATABASES, this::databases),
                new Source<>(Part.USERS, this::users),
                new Source<>(Part.POOL_LIMITS, this::poolLimits),
                new Source<>(Part.CLOSINGS, () -> pooler.stats().closings()),
                new Source<>(Part.PEERS, this::peers),
                new Source<>(Part.PEER_POOLS, this::peerPools),
                new Source<>(Part.STATS, () -> pooler.stats().rows()),
                new Source<>(Part.TIMES, () -> pooler.stats().times()),
                new Source<>(Part.LISTS, () -> List.of(lists())),
                new Source<>(Part.CONFIG, this::config),
                new Source<>(Part.MEM, this::mem),
                new Source<>(Part.DNS_HOSTS, dnsHosts),
                new Source<>(Part.DNS_ZONES, dnsZones),
                new Source<>(Part.SESSION_STATE, this::sessionStates),
                new Source<>(Part.STATE, () -> List.of(state())),
                new Source<>(Part.READINESS, () -> List.of(readiness())),
                new Source<>(Part.VERSION, () -> List.of(Version.COMPATIBLE)));
    }

    @Override
    public void collect(Set<Part<?>> parts, Consumer<Snapshot> then) {
        int asker = current().index();
        Consumer<Snapshot> back = snapshot -> pooler.onLane(lanes[asker], () -> slices[asker].add(() -> then.accept(snapshot)));
        pooler.onMain(() -> {
            if (parts.contains(Part.FDS)) {
                // Sockets are shown to those who get them, and to nobody else.
                look(parts, back);
            } else {
                looks.at(parts, back);
            }
        });
    }

    private void look(Set<Part<?>> parts, Consumer<Snapshot> then) {
        if (!parts.contains(Part.ADVICE)) {
            collectRows(parts, then);
            return;
        }
        Set<Part<?>> wanted = new HashSet<>(parts);
        wanted.addAll(Advice.PARTS);
        collectRows(wanted, snapshot -> then.accept(snapshot.with(Part.ADVICE, Advice.of(snapshot, nowMicros()))));
    }

    private long nowMicros() {
        Instant now = pooler.commons().now();
        return now.getEpochSecond() * 1_000_000L + now.getNano() / 1000;
    }

    private void collectRows(Set<Part<?>> parts, Consumer<Snapshot> then) {
        List<Source<?>> wanted = sources.stream().filter(source -> parts.contains(source.part)).toList();
        new SessionRows(pooler, slices, parts).collect(sessions -> addSources(sessions, wanted.iterator(), then));
    }

    /** Each in a slice of its own: there may be thousands of pools. */
    private void addSources(Snapshot snapshot, Iterator<Source<?>> left, Consumer<Snapshot> then) {
        Snapshot more = snapshot;
        try {
            if (left.hasNext()) {
                more = left.next().addTo(snapshot);
            }
        } finally {
            // Whoever asked is answered, whatever could not be read.
            if (left.hasNext()) {
                Snapshot sofar = more;
                slices[0].add(() -> addSources(sofar, left, then));
            } else {
                then.accept(more);
            }
        }
    }

    private Lane current() {
        for (Lane lane : lanes) {
            if (lane.reactor().inReactor()) {
                return lane;
            }
        }
        return lanes[0];
    }

    private PoolerState state() {
        return switch (books.pauseMode()) {
            case NONE -> PoolerState.ACTIVE;
            case PAUSE -> PoolerState.PAUSED;
            case SUSPEND -> PoolerState.SUSPENDED;
        };
    }

    private Readiness readiness() {
        return new Readiness(!pooler.listeners().all().isEmpty(), pooler.shutdown().inProgress(), pooler.handover().underWay(), state());
    }

    private List<SessionStateRow> sessionStates() {
        List<SessionStateRow> rows = new ArrayList<>();
        for (Pool pool : Stats.sorted(books.registry().pools())) {
            if (!pool.database().name().equals(Registry.CONSOLE)) {
                SessionCounters all = pool.totals().session;
                List<Long> pins = Arrays.stream(all.pins).boxed().toList();
                String mode = pool.stateMode(books.config()).word();
                rows.add(new SessionStateRow(
                        pool.database().name(), pool.user().name(), mode, all.questions, all.audits, all.leaks, all.refusals, pins));
            }
        }
        return rows;
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

    private List<PoolLimitsRow> poolLimits() {
        Config config = books.config();
        List<PoolLimitsRow> rows = new ArrayList<>();
        for (Pool pool : Stats.sorted(books.registry().pools())) {
            if (!pool.database().name().equals(Registry.CONSOLE)) {
                rows.add(new PoolLimitsRow(pool.database().name(), pool.user().name(), pool.size(config), pool.terms(config).reserveSize,
                        books.inventory().apart(pool), books.inventory().pinned(pool), pool.terms(config).maxPinned, books.openings().lastFailure(pool)));
            }
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

    /** Those who were here, and those whom auth_file or the environment name, in the order of their names. */
    private List<UserRow> users() {
        Config config = books.config();
        Map<String, UserRow> rows = new TreeMap<>();
        for (String name : pooler.reloader().userNames()) {
            rows.put(name, stranger(name, config));
        }
        for (User user : books.registry().users()) {
            rows.put(user.name(), row(user, config));
        }
        return new ArrayList<>(rows.values());
    }

    private static UserRow row(User user, Config config) {
        UserConfig own = user.config();
        return new UserRow(
                user.name(),
                own == null ? null : own.poolSize(),
                own == null ? null : own.reservePoolSize(),
                own == null || own.poolMode() == null ? null : own.poolMode().word(),
                user.maxConnections(config),
                user.serverCount(),
                user.maxClientConnections(config),
                user.clientCount());
    }

    /** One who may log in and has not been here yet. */
    private static UserRow stranger(String name, Config config) {
        return new UserRow(
                name, null, null, null, config.integer(Settings.MAX_USER_CONNECTIONS), 0, config.integer(Settings.MAX_USER_CLIENT_CONNECTIONS), 0);
    }

    private List<PeerRow> peers() {
        List<PeerRow> rows = new ArrayList<>();
        for (var entry : books.config().peers().entrySet()) {
            PeerConfig peer = entry.getValue();
            Integer size = peer.poolSize();
            rows.add(new PeerRow(entry.getKey(), peer.host(), peer.serverPort(),
                    size == null ? books.config().integer(Settings.DEFAULT_POOL_SIZE) : size));
        }
        return rows;
    }

    private List<PeerPoolRow> peerPools() {
        List<PeerPoolRow> rows = new ArrayList<>();
        for (Peers.Counts one : pooler.peers().counts()) {
            rows.add(new PeerPoolRow(one.peer(), one.active() - one.connecting(), one.waiting() + one.connecting(), one.active() - one.connecting(),
                    one.connecting()));
        }
        return rows;
    }

    private ListCounts lists() {
        int login = 0;
        for (ClientSession client : pooler.sessions().clients()) {
            login += client.pool() == null ? 1 : 0;
        }
        Registry registry = books.registry();
        int used = 0;
        for (Pool pool : registry.pools()) {
            used += books.inventory().counts(pool).servers();
        }
        int clients = books.members().clientTotal();
        return new ListCounts(
                registry.databases().size(),
                users().size(),
                books.config().peers().size(),
                registry.pools().size(),
                pooler.peers().counts().size(),
                clientSlab.free(clients),
                clients,
                login,
                serverSlab.free(used),
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
        int clients = pooler.sessions().clientCount();
        int servers = pooler.sessions().servers().size();
        rows.add(new MemRow("heap", 1, runtime.totalMemory() - runtime.freeMemory(), runtime.freeMemory(), runtime.totalMemory()));
        rows.add(new MemRow("client_cache", 1024, clients, 0, clients * 1024L));
        rows.add(new MemRow("server_cache", 2048, servers, 0, servers * 2048L));
        rows.add(new MemRow("prepared_statement_cache", 512, lanes[0].commons().catalog().size(), 0, lanes[0].commons().catalog().size() * 512L));
        return rows;
    }
}
