package org.pgsluice.pooler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.cancel.CancelJob;
import org.pgsluice.cancel.CancelKeys;
import org.pgsluice.cancel.Peers;
import org.pgsluice.client.ClientServices;
import org.pgsluice.client.ClientSession;
import org.pgsluice.client.Logins;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigException;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.Settings;
import org.pgsluice.net.Connection;
import org.pgsluice.net.PasswdUsers;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.notify.Hubs;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.ClientState;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.pool.ServerState;
import org.pgsluice.server.Commons;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.vars.TrackedNames;

/**
 * The whole pooler, put together over given reactors, clock, randomness and name resolution; the product gives it sockets, the simulation a world of its own.
 * Methods are for the first reactor's thread unless they say otherwise.
 */
public final class Pooler implements ClientServices, Reactor.Acceptor {
    private final Lane[] lanes;
    private final Books books;
    private final Commons commons;
    private final Sessions sessions;
    private final CancelKeys<ClientSession> cancelKeys;
    private final Peers peers = new Peers();
    private final Logins logins;
    private final Hubs hubs;
    private final Listeners listeners = new Listeners();
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Upkeep> upkeep = new ArrayList<>();
    private final Waits waits;
    private final Shutdown shutdown;
    private final Stats stats;
    private final Suspension suspension;
    private final Handover handover = new Handover();
    private final long ownUid;
    private final SocketOptions acceptOptions;
    private @Nullable Reloader reloader;
    private @Nullable ConsoleOpener consoles;

    public Pooler(Config config, World world) {
        books = new Books(config, world.reactors().size());
        commons = new Commons(
                books, world.log(), world.clock(), world.offload(), world.random(), world.resolver(),
                new TrackedNames(config.list(Settings.TRACK_EXTRA_PARAMETERS)));
        lanes = new Lane[world.reactors().size()];
        sessions = new Sessions(commons.servers(), lanes.length);
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new Lane(world.reactors().get(i), commons);
        }
        for (Lane lane : lanes) {
            lane.lanes(lanes);
            upkeep.add(new Upkeep(lane, this));
        }
        hubs = new Hubs(lanes);
        cancelKeys = new CancelKeys<>(world.random());
        logins = new Logins(world.random(), new PasswdUsers());
        ownUid = world.ownUid();
        acceptOptions = commons.tuning().socketOptions;
        waits = new Waits(lanes[0].reactor());
        shutdown = new Shutdown(this, world.log(), world.exit());
        stats = new Stats(lanes[0], lanes);
        suspension = new Suspension(this);
        books.registry().apply(config);
        try {
            books.registry().registerConsole(DatabaseConfig.parse("console", "user=pgbouncer pool_mode=statement pool_size=2 dbname=pgbouncer")
                    .forName(Registry.CONSOLE));
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
        Database console = books.registry().database(Registry.CONSOLE);
        if (console != null) {
            books.registry().pool(console, books.registry().user(Registry.CONSOLE), lanes[0].now());
        }
    }

    /** Starts the upkeep; on the first reactor, or before any runs. */
    public void start() {
        for (int i = 0; i < lanes.length; i++) {
            lanes[i].reactor().execute(upkeep.get(i)::start);
        }
        lanes[0].reactor().execute(upkeep.get(0)::startPools);
        lanes[0].reactor().execute(stats::start);
    }

    // ---------------------------------------------------------------- clients

    @Override
    public void onAccepted(Connection connection) {
        if (!commons.tuning().socketOptions.equals(acceptOptions)) {
            // Changed since the listener was opened.
            connection.options(commons.tuning().socketOptions);
        }
        Lane lane = lanes[Math.floorMod(accepted.getAndIncrement(), lanes.length)];
        if (lane.reactor() == connection.reactor()) {
            new ClientSession(connection, lane, this);
        } else {
            lane.reactor().execute(() -> {
                connection.attachTo(lane.reactor());
                try {
                    new ClientSession(connection, lane, this);
                } catch (RuntimeException | Error thrown) {
                    connection.close();
                    throw thrown;
                }
            });
        }
    }

    @Override
    public void onOpened(ClientSession client) {
        sessions.opened(client);
    }

    @Override
    public void onClosed(ClientSession client) {
        sessions.closed(client);
    }

    @Override
    public byte[] issueCancelKey(ClientSession client) {
        return cancelKeys.issue(client, client.knowsLongKeys() ? CancelKeys.LONG : CancelKeys.SHORT, books.config().integer(Settings.PEER_ID));
    }

    @Override
    public void dropCancelKey(byte[] key) {
        cancelKeys.drop(key);
    }

    @Override
    public void cancel(ClientSession asker, byte[] key) {
        if (peers.take(key, asker::close, asker.lane())) {
            return;
        }
        ClientSession victim = cancelKeys.find(key, books.config().integer(Settings.PEER_ID) > 0);
        if (victim == null) {
            asker.close(CloseReason.CANCEL_UNKNOWN_KEY);
            return;
        }
        if (victim.console() != null) {
            victim.lane().reactor().execute(() -> {
                Console console = victim.console();
                if (console != null && !victim.isClosed()) {
                    console.onCancel();
                }
            });
            asker.close(CloseReason.CANCEL_FOR_CONSOLE);
            return;
        }
        CancelJob.accept(victim, victim::cancelWait, asker, asker::close, asker.lane());
    }

    @Override
    public void abandon(ServerSession server, Lane lane) {
        CancelJob.abandon(server, lane);
    }

    @Override
    public Console openConsole(ClientSession client, boolean admin) {
        ConsoleOpener opener = consoles;
        if (opener == null) {
            throw new IllegalStateException("no console was given");
        }
        return opener.open(client, admin);
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
        return shutdown.refuses(client.connectedNanos());
    }

    @Override
    public boolean isOwnUser(long uid) {
        return uid >= 0 && uid == ownUid;
    }

    // ---------------------------------------------------------------- what commands do

    /** Holds clients back as {@code mode} says. */
    public void pause(PauseMode mode) {
        books.pauseMode(mode);
        upkeepNow();
    }

    /** Ends PAUSE or SUSPEND of the whole pooler. */
    public void resume() {
        boolean suspended = books.pauseMode() == PauseMode.SUSPEND;
        books.pauseMode(PauseMode.NONE);
        if (suspended) {
            suspension.end();
        }
        serveWaiters();
    }

    /** Brings everything to a standstill: {@code done} runs when it holds, {@code ended} when RESUME comes before that. */
    public void suspend(Runnable done, Runnable ended) {
        suspension.begin(done, ended);
    }

    /** Gives idle servers to those who had to wait while they were held back, and opens what is missing. */
    public void serveWaiters() {
        for (Pool pool : books.registry().pools()) {
            for (ServerEntry server = books.serveNext(pool); server != null; server = books.serveNext(pool)) {
                var client = server.client();
                if (client != null) {
                    client.granted(server);
                }
            }
            lanes[0].grow(pool);
        }
    }

    /** Closes all clients and servers of a database. */
    public void dropAll(Database database) {
        for (Lane lane : lanes) {
            onLane(lane, () -> {
                for (ClientSession client : sessions.clients(lane)) {
                    if (client.database() == database) {
                        client.fail(CloseReason.DATABASE_REMOVED);
                    }
                }
                for (ServerSession server : sessions.servers(lane)) {
                    if (server.pool().database() == database) {
                        boolean unused = server.state() == ServerState.IDLE || server.state() == ServerState.USED;
                        if (!unused || books.claimUnused(server, lane.index())) {
                            server.dismiss(CloseReason.DATABASE_REMOVED);
                        }
                    }
                }
            });
        }
    }

    /** Closes the client of that id; {@code then} is told whether there is one. Who is still at the login is not found, as in PgBouncer. */
    public void killClient(long id, Consumer<Boolean> then) {
        for (ClientSession client : sessions.clients()) {
            if (client.id() == id) {
                Consumer<Boolean> back = backHere(then);
                onLane(client.lane(), () -> {
                    boolean known = !client.isClosed() && client.state() != ClientState.LOGIN;
                    if (known) {
                        client.fail(CloseReason.ADMIN_DISCONNECT);
                    }
                    back.accept(known);
                });
                return;
            }
        }
        then.accept(false);
    }

    /** Looks after everything now, and not only at the next tick. */
    public void upkeepNow() {
        for (int i = 0; i < lanes.length; i++) {
            onLane(lanes[i], upkeep.get(i)::tick);
        }
    }

    /** Runs {@code action} on the lane's reactor, at once when it is the caller's. */
    public void onLane(Lane lane, Runnable action) {
        if (lane.reactor().inReactor()) {
            action.run();
        } else {
            lane.reactor().execute(action);
        }
    }

    /** Runs {@code action} on the first reactor. Any thread. */
    public void onMain(Runnable action) {
        onLane(lanes[0], action);
    }

    /** A consumer that runs {@code then} on the reactor that we are on now, whoever calls it. */
    public <T> Consumer<T> backHere(Consumer<T> then) {
        for (Lane lane : lanes) {
            if (lane.reactor().inReactor()) {
                return value -> onLane(lane, () -> then.accept(value));
            }
        }
        return then;
    }

    // ---------------------------------------------------------------- parts

    /** The sockets that clients are accepted from. On the first reactor, or before any runs. */
    public Listeners listeners() {
        return listeners;
    }

    /** Given once, before {@link #start}. */
    public void reloader(Reloader given) {
        reloader = given;
    }

    /** Given once, before {@link #start}. */
    public void consoles(ConsoleOpener given) {
        consoles = given;
    }

    /** What brings configurations into force. */
    public Reloader reloader() {
        Reloader given = reloader;
        if (given == null) {
            throw new IllegalStateException("no reloader was given");
        }
        return given;
    }

    /** Who has which server. Any thread. */
    public Books books() {
        return books;
    }

    /** What all reactors share. Any thread. */
    public Commons commons() {
        return commons;
    }

    /** All sessions, by reactor. Any thread. */
    public Sessions sessions() {
        return sessions;
    }

    /** One for each reactor, in their order; not to be changed. Any thread. */
    public Lane[] lanes() {
        return lanes;
    }

    /** The first reactor, on which commands run. Any thread. */
    public Reactor main() {
        return lanes[0].reactor();
    }

    /** The other processes that cancel requests go on to. Any thread. */
    public Peers peers() {
        return peers;
    }

    /** The cancel keys of all clients. Any thread. */
    public CancelKeys<ClientSession> cancelKeys() {
        return cancelKeys;
    }

    /** What another process was shown of this one. Any thread. */
    public Handover handover() {
        return handover;
    }

    /** Who waits for a condition. */
    public Waits waits() {
        return waits;
    }

    /** The ways to an end. */
    public Shutdown shutdown() {
        return shutdown;
    }

    /** How long the longest turn of the lane's reactor took of late, in nanoseconds. On that reactor. */
    public long longestTurn(Lane lane) {
        return upkeep.get(lane.index()).longestTurn();
    }

    /** The averages of stats_period, for SHOW STATS. Any thread. */
    public Stats stats() {
        return stats;
    }
}
