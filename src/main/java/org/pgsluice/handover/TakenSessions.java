package org.pgsluice.handover;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.FdRow;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.ScramKeys;
import org.pgsluice.client.ClientHandover;
import org.pgsluice.client.ClientImage;
import org.pgsluice.client.ClientSession;
import org.pgsluice.net.AbstractUnixAddress;
import org.pgsluice.net.Connection;
import org.pgsluice.net.EpollReactor;
import org.pgsluice.net.Reactor;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Pool;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.prepared.HandedStatements;
import org.pgsluice.server.Addresses;
import org.pgsluice.server.Commons;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerHandover;
import org.pgsluice.server.ServerImage;
import org.pgsluice.server.ServerSession;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.wire.HandoverReader;

/**
 * Makes listeners and sessions of the rows that another process has handed over. Clients are dealt to the reactors as at accept, a linked server goes where its
 * client is. What the new configuration has no database for is closed, and so is what came without its state (from PgBouncer), but for listeners and clients
 * that held no server. On the starting thread.
 */
public final class TakenSessions {
    private record Server(HandedRow handed, ServerImage image) {}

    private record Client(HandedRow handed, ClientImage image) {}

    private final Pooler pooler;
    private final Commons commons;
    private final List<? extends Reactor> reactors;
    private final SocketAddress unixListener;
    private final HandedStatements statements;
    private final Map<Integer, Server> linked = new HashMap<>();
    private final List<Server> unlinked = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<HandedRow> fresh = new ArrayList<>();
    private final List<ClientSession> taken = new ArrayList<>();
    private final List<ServerSession> heldServers = new ArrayList<>();
    private int listeners;
    private int servers;
    private int closed;
    private int dealt;

    /** @param unixListener where the unix socket that is handed over is bound */
    public TakenSessions(Pooler pooler, List<? extends Reactor> reactors, SocketAddress unixListener) {
        this.pooler = pooler;
        this.commons = pooler.commons();
        this.reactors = reactors;
        this.unixListener = unixListener;
        this.statements = new HandedStatements(commons.catalog());
    }

    /**
     * Takes all of them.
     *
     * @param closer closes a descriptor that is of no use
     * @throws IllegalArgumentException when a row is broken
     */
    void adopt(List<HandedRow> rows, IntConsumer closer) throws IOException {
        for (HandedRow row : rows) {
            sort(row, closer);
        }
        for (Client client : clients) {
            adopt(client, closer);
        }
        for (Server server : unlinked) {
            ServerSession session = server(server, nextLane(), closer);
            if (session != null) {
                ServerHandover.rest(session);
            }
        }
        for (Server orphan : linked.values()) {
            drop(orphan.handed, closer);
        }
        for (HandedRow row : fresh) {
            Lane lane = nextLane();
            new ClientSession(reactor(lane).adopt(row.descriptor(), unixListener), lane, pooler);
        }
        statements.release();
    }

    private void sort(HandedRow handed, IntConsumer closer) throws IOException {
        FdRow row = handed.row();
        byte[] state = row.state();
        switch (row.task()) {
            case "pooler" -> {
                Reactor.Listener listener = reactor(pooler.lanes()[0])
                        .adoptListener(handed.descriptor(), unixListener, true, commons.tuning().socketOptions, pooler);
                boolean unix = !(listener.address() instanceof InetSocketAddress);
                pooler.listeners().add(listener, unix);
                commons.log().info("listening on " + (unix ? "unix:" + unixListener : Addresses.text(listener.address())));
                listeners++;
            }
            case "server" -> {
                if (state == null) {
                    drop(handed, closer);
                    return;
                }
                Server server = new Server(handed, HandoverReader.whole(state, in -> ServerImage.read(in, statements, commons.trackedNames())));
                if (row.link() == 0) {
                    unlinked.add(server);
                } else {
                    linked.put(row.fd(), server);
                }
            }
            case "client" -> {
                if (state != null && state.length == 0) {
                    fresh.add(handed);
                } else if (state != null) {
                    clients.add(new Client(handed, HandoverReader.whole(state, in -> ClientImage.read(in, statements, commons.trackedNames()))));
                } else if (row.link() == 0 && row.database() != null) {
                    clients.add(new Client(handed, stateless(row)));
                } else {
                    drop(handed, closer);
                }
            }
            default -> throw new IllegalArgumentException("unknown task: " + row.task());
        }
    }

    /** A client that another pooler says is logged in and has no server. */
    private ClientImage stateless(FdRow row) {
        Database database = database(row.database());
        String forced = database == null ? null : database.forcedUser();
        byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(row.cancel()).array();
        ClientImage image = ClientImage.resting(forced != null ? forced : String.valueOf(row.user()), key, commons.trackedNames());
        set(image, TrackedNames.CLIENT_ENCODING, row.clientEncoding());
        set(image, TrackedNames.STANDARD_CONFORMING_STRINGS, row.stdStrings());
        set(image, TrackedNames.DATE_STYLE, row.dateStyle());
        set(image, TrackedNames.TIME_ZONE, row.timeZone());
        return image;
    }

    private static void set(ClientImage image, int index, @Nullable String value) {
        if (value != null) {
            image.vars().set(index, value);
        }
    }

    private void adopt(Client client, IntConsumer closer) throws IOException {
        FdRow row = client.handed.row();
        Server held = row.link() == 0 ? null : linked.remove(row.link());
        Database database = database(row.database());
        if (database == null || row.user() == null || (row.link() != 0 && held == null)) {
            drop(client.handed, closer);
            if (held != null) {
                drop(held.handed, closer);
            }
            return;
        }
        learn(row);
        Lane lane = nextLane();
        ServerSession server = held == null ? null : server(held, lane, closer);
        if (held != null && server == null) {
            drop(client.handed, closer);
            return;
        }
        Pool pool = server != null ? server.pool() : pool(database, client.image.poolUser(), lane);
        Connection connection = reactor(lane).adopt(client.handed.descriptor(), unixListener);
        ClientSession session = ClientHandover.restore(connection, lane, pooler, row.user(), pool, client.image, server);
        pooler.cancelKeys().adopt(session.cancelKey(), session);
        taken.add(session);
        if (server != null) {
            heldServers.add(server);
        }
    }

    /** Null when the database is gone. */
    private @Nullable ServerSession server(Server server, Lane lane, IntConsumer closer) throws IOException {
        FdRow row = server.handed.row();
        Database database = database(row.database());
        if (database == null || row.user() == null) {
            drop(server.handed, closer);
            return null;
        }
        learn(row);
        SocketAddress unix = server.image.unixAddress().isEmpty() ? unixListener : AbstractUnixAddress.orPath(server.image.unixAddress());
        Connection connection = reactor(lane).adopt(server.handed.descriptor(), unix);
        servers++;
        return ServerHandover.restore(pool(database, row.user(), lane), lane, connection, server.image);
    }

    /** Keeps what the old process knew of a user's secret and this one cannot look up. */
    private void learn(FdRow row) {
        String user = row.user();
        if (user == null || row.database() == null) {
            return;
        }
        Credentials known = commons.credentials(user);
        if (known == null && row.password() != null) {
            Credentials told = Credentials.parse(user, row.password().getBytes(StandardCharsets.UTF_8));
            known = commons.asked().keep(row.database(), commons.asked().refreshed(row.database(), told));
        }
        if (known != null && row.scramClientKey() != null && row.scramServerKey() != null) {
            known.learn(new ScramKeys(row.scramClientKey(), row.scramServerKey()));
        }
    }

    private @Nullable Database database(@Nullable String name) {
        if (name == null) {
            return null;
        }
        Database known = commons.books().registry().database(name);
        return known != null ? known : commons.books().registry().registerAutomatic(name);
    }

    private Pool pool(Database database, String user, Lane lane) {
        return commons.books().registry().pool(database, commons.books().registry().user(user), lane.now());
    }

    private void drop(HandedRow row, IntConsumer closer) {
        closer.accept(row.descriptor());
        closed++;
    }

    private Lane nextLane() {
        return pooler.lanes()[Math.floorMod(dealt++, pooler.lanes().length)];
    }

    private EpollReactor reactor(Lane lane) {
        return (EpollReactor) reactors.get(lane.index());
    }

    /** The old process has gone: what clients had sent to it goes on. */
    void resume() {
        for (ServerSession server : heldServers) {
            server.lane().reactor().execute(() -> ServerHandover.goOn(server));
        }
        for (ClientSession client : taken) {
            client.lane().reactor().execute(() -> ClientHandover.resume(client));
        }
    }

    /** For the log. */
    String summary() {
        return listeners + " listeners, " + (taken.size() + fresh.size()) + " clients and " + servers + " servers"
                + (closed == 0 ? "" : "; " + closed + " connections were closed");
    }
}
