package org.pgsluice.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.cancel.CancelJob;
import org.pgsluice.cancel.CancelKeys;
import org.pgsluice.cancel.Peers;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigException;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.config.Settings;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.Resolver;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.notify.Hubs;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Commons;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedOffload;
import org.pgsluice.simulation.SimulatedReactor;
import org.pgsluice.vars.TrackedNames;

/** The data path without the process around it: reactors of a simulated network, the books, one listening address for each reactor. */
final class SimulatedPooler implements ClientServices {
    static final SocketAddress POSTGRES = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5432);
    private static final ListenOptions OPTIONS = new ListenOptions(100, false, 0, 0777, null, SocketOptions.DEFAULT);

    final CapturedLog log = new CapturedLog();
    final Books books;
    final Commons commons;
    final SimulatedOffload offload;
    final List<ClientSession> sessions = new ArrayList<>();
    /** What host names lead to; others must be addresses. */
    final Map<String, List<InetAddress>> names = new HashMap<>();
    /** What every client's address leads to. */
    @Nullable String hostName;
    /** Whether nobody is ever told the name of an address. */
    boolean namesHang;
    /** The operating system's users by number. */
    final Map<Long, String> systemUsers = new HashMap<>();
    private final List<SimulatedReactor> reactors = new ArrayList<>();
    private final List<SocketAddress> addresses = new ArrayList<>();
    private final List<Lane> lanes;
    private final Hubs hubs;
    private final Logins logins;
    private final CancelKeys<ClientSession> keys;
    private final Peers peers = new Peers();
    private @Nullable Console console;
    private final boolean[] shuttingDown = new boolean[1];

    SimulatedPooler(SimulatedNetwork network, int reactorCount, Config config) {
        books = new Books(config, reactorCount);
        books.registry().apply(config);
        offload = network.offload(1_000_000);
        commons = new Commons(
                books,
                log,
                network.wallClock(),
                offload,
                network.randomSource(),
                new Names(),
                new TrackedNames(config.list(Settings.TRACK_EXTRA_PARAMETERS)));
        logins = new Logins(network.randomSource(), systemUsers::get);
        keys = new CancelKeys<>(network.randomSource());
        Lane[] lanes = new Lane[reactorCount];
        for (int i = 0; i < reactorCount; i++) {
            SimulatedReactor reactor = network.addReactor();
            reactors.add(reactor);
            reactor.perform(() -> lanes[reactor.index()] = new Lane(reactor, commons));
        }
        for (Lane lane : lanes) {
            lane.lanes(lanes);
            listen(lane, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        }
        this.lanes = List.of(lanes);
        this.hubs = new Hubs(lanes);
    }

    private void listen(Lane lane, SocketAddress where) {
        SimulatedReactor reactor = reactors.get(lane.index());
        reactor.perform(() -> {
            try {
                Reactor.Listener listener = reactor.listen(where, OPTIONS, connection -> sessions.add(new ClientSession(connection, lane, this)));
                addresses.add(listener.address());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** {@code settings}: lines of [pgbouncer]. All clients use the database {@code db}, whose servers log in as {@code app}. */
    static Config config(String settings) {
        return config("host=127.0.0.1", settings);
    }

    /** The same with other hosts. */
    static Config config(String hosts, String settings) {
        try {
            Path file = Files.createTempFile("pooler", ".ini");
            Files.writeString(file, """
                    [databases]
                    db = %s port=5432 user=app
                    [pgbouncer]
                    auth_type = any
                    %s""".formatted(hosts, settings));
            LoadResult result = ConfigReader.read(file, Environment.NONE, null);
            Files.delete(file);
            return ((LoadResult.Loaded) result).config();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Has {@code given} as the console of all who log in to it. */
    void console(Console given) {
        console = given;
        try {
            books.registry().registerConsole(DatabaseConfig.parse("console", "user=pgbouncer pool_mode=statement").forName(Registry.CONSOLE));
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    /** A name service of maps. */
    private final class Names implements Resolver {
        @Override
        public void resolve(String host, Reactor reactor, Callback callback) {
            callback.onResolved(names.containsKey(host) ? names.get(host) : List.of(InetAddress.ofLiteral(host)));
        }

        @Override
        public void nameOf(InetAddress address, Reactor reactor, NameCallback callback) {
            if (!namesHang) {
                reactor.execute(() -> callback.onName(hostName));
            }
        }
    }

    /** A client of the reactor's listener, whose own end lives on reactor {@code at}. */
    ScriptedClient connect(int reactor, SimulatedReactor at) {
        return new ScriptedClient(at, addresses.get(reactor));
    }

    /** A client of a unix socket of the first reactor. */
    ScriptedClient connectUnix(SimulatedReactor at) {
        SocketAddress socket = UnixDomainSocketAddress.of("/pooler/.s.PGSQL.6432");
        if (!addresses.contains(socket)) {
            listen(lanes.get(0), socket);
        }
        return new ScriptedClient(at, socket);
    }

    /** Buffers of all reactors that are out. */
    int buffersTaken() {
        int sum = 0;
        for (SimulatedReactor reactor : reactors) {
            sum += reactor.buffersTaken();
        }
        return sum;
    }

    @Override
    public void onOpened(ClientSession client) {}

    @Override
    public void onClosed(ClientSession client) {}

    @Override
    public byte[] issueCancelKey(ClientSession client) {
        return keys.issue(client, client.knowsLongKeys() ? CancelKeys.LONG : CancelKeys.SHORT, books.config().integer(Settings.PEER_ID));
    }

    @Override
    public void dropCancelKey(byte[] key) {
        keys.drop(key);
    }

    @Override
    public void cancel(ClientSession asker, byte[] key) {
        if (peers.take(key, asker::close, asker.lane())) {
            return;
        }
        ClientSession victim = keys.find(key, books.config().integer(Settings.PEER_ID) > 0);
        if (victim == null) {
            asker.close(CloseReason.CANCEL_UNKNOWN_KEY);
        } else {
            CancelJob.accept(victim, victim::cancelWait, asker, asker::close, asker.lane());
        }
    }

    @Override
    public void abandon(ServerSession server, Lane lane) {
        CancelJob.abandon(server, lane);
    }

    @Override
    public Console openConsole(ClientSession client, boolean admin) {
        Console given = console;
        if (given == null) {
            throw new UnsupportedOperationException("there is no console here");
        }
        return given;
    }

    @Override
    public Hubs hubs() {
        return hubs;
    }

    @Override
    public Logins logins() {
        return logins;
    }

    @Override
    public boolean refuses(ClientSession client) {
        return shuttingDown[0];
    }

    @Override
    public boolean isOwnUser(long uid) {
        return false;
    }
}
