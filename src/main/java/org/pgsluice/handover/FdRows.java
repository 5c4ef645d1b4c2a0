package org.pgsluice.handover;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.FdRow;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.ScramKeys;
import org.pgsluice.client.ClientHandover;
import org.pgsluice.client.ClientImage;
import org.pgsluice.client.ClientSession;
import org.pgsluice.client.Link;
import org.pgsluice.config.Settings;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Passable;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.ServerState;
import org.pgsluice.pooler.Handover;
import org.pgsluice.pooler.Sessions;
import org.pgsluice.prepared.HandedStatements;
import org.pgsluice.server.Addresses;
import org.pgsluice.server.Commons;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerHandover;
import org.pgsluice.server.ServerImage;
import org.pgsluice.server.ServerSession;
import org.pgsluice.vars.Raw;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.HandoverWriter;

/**
 * The rows of SHOW FDS and SHOW HANDOVER: every socket that another process may go on with. A linked pair is shown whole or not at all. Sessions are looked at
 * on their reactors, one reactor after the other, since the text of a prepared statement goes with the first session that has it.
 */
public final class FdRows {
    private static final String UNIX = "unix";

    private final Commons commons;
    private final Handover handover;
    private final boolean suspended;
    private final HandedStatements handed;
    private final Set<Pool> welcomed = new HashSet<>();
    private final List<FdRow> rows;

    /** @param suspended whether nothing moves, so that the sessions' states can be shown too */
    public FdRows(Commons commons, Handover handover, boolean suspended, List<FdRow> rows) {
        this.commons = commons;
        this.handover = handover;
        this.suspended = suspended;
        this.handed = new HandedStatements(commons.catalog());
        this.rows = rows;
        handover.clear();
    }

    /** All listening sockets. On the first reactor. */
    public void listeners(List<Reactor.Listener> all) {
        for (Reactor.Listener listener : all) {
            if (listener instanceof Passable socket && socket.number() >= 0) {
                SocketAddress address = listener.address();
                rows.add(new FdRow(
                        handover.shown(socket),
                        "pooler",
                        null,
                        null,
                        host(address),
                        Addresses.port(address, commons.books().config().integer(Settings.LISTEN_PORT)),
                        0,
                        0,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
            }
        }
    }

    /** The sessions of one reactor, on it. */
    public void sessions(Lane lane, Sessions sessions) {
        for (ClientSession client : sessions.clients(lane)) {
            if (!client.isClosed() && client.console() == null) {
                client(client);
            }
        }
        for (ServerSession server : sessions.servers(lane)) {
            if (server.state() == ServerState.IDLE || server.state() == ServerState.USED) {
                if (suspended) {
                    server.stopReading(true); // whatever it says is for the process that has it then
                }
                server(server, null);
            }
        }
    }

    private void client(ClientSession client) {
        Passable socket = client.wire().passable();
        Link link = client.link();
        ServerSession server = link == null ? null : link.server();
        Wire onward = server == null ? null : server.wire();
        Passable other = onward == null ? null : onward.passable();
        // One that replicates begins anew at its place in the WAL. One that listens does so on a server of this process, which others may share.
        boolean stays = client.replication() != null || (link != null && link.listens());
        if (socket == null || stays || (server != null && other == null)) {
            return;
        }
        if (suspended && client.fresh()) {
            client.suspend(true);
            rows.add(row(handover.shown(socket), "client", null, null, client.connection(), client.cancelKey(), 0, client.vars(), null, new byte[0]));
            return;
        }
        Pool pool = client.pool();
        // Making an image of a session stops what is left of it.
        ClientImage image = suspended ? ClientHandover.image(client) : null;
        if (pool == null || (suspended && image == null) || !(server == null || server(server, socket))) {
            return;
        }
        HandoverWriter state = new HandoverWriter();
        if (image != null) {
            image.write(state, handed);
        }
        rows.add(row(
                handover.shown(socket),
                "client",
                client.membership().userName(),
                client.membership().databaseName(),
                client.connection(),
                client.cancelKey(),
                other == null ? 0 : other.number(),
                client.vars(),
                pool,
                state.toBytes()));
    }

    /** Whether the server could be shown. */
    private boolean server(ServerSession server, @Nullable Passable client) {
        Wire wire = server.wire();
        Passable socket = wire == null ? null : wire.passable();
        Pool pool = server.pool();
        if (wire == null || socket == null) {
            return false;
        }
        ServerImage image = suspended ? ServerHandover.image(server, welcomed.contains(pool) ? null : pool.welcome()) : null;
        if (suspended && image == null) {
            return false;
        }
        HandoverWriter state = new HandoverWriter();
        if (image != null) {
            welcomed.add(pool);
            image.write(state, handed);
        }
        rows.add(row(
                handover.shown(socket),
                "server",
                pool.user().name(),
                pool.database().name(),
                wire.connection(),
                server.facts().cancelKey(),
                client == null ? 0 : client.number(),
                server.vars(),
                pool,
                state.toBytes()));
        return true;
    }

    private FdRow row(
            int number,
            String task,
            @Nullable String user,
            @Nullable String database,
            Connection connection,
            byte[] cancelKey,
            int link,
            TrackedVars vars,
            @Nullable Pool pool,
            byte[] state) {
        Credentials own = user == null ? null : commons.credentials(user);
        Credentials asked = own != null || user == null || database == null ? null : commons.asked().find(database, user);
        Credentials known = own != null ? own : asked;
        boolean forced = pool == null || pool.database().forcedUser() != null;
        ScramKeys keys = forced || known == null ? null : known.learntKeys();
        SocketAddress remote = connection.remoteAddress();
        return new FdRow(
                number,
                task,
                user,
                database,
                connection.isUnix() ? UNIX : host(remote),
                Addresses.port(remote, commons.books().config().integer(Settings.LISTEN_PORT)),
                cancelKey.length == Long.BYTES ? ByteBuffer.wrap(cancelKey).getLong() : 0,
                link,
                value(vars, TrackedNames.CLIENT_ENCODING),
                value(vars, TrackedNames.STANDARD_CONFORMING_STRINGS),
                value(vars, TrackedNames.DATE_STYLE),
                value(vars, TrackedNames.TIME_ZONE),
                asked == null ? null : new String(asked.secret().text(), StandardCharsets.UTF_8),
                keys == null ? null : keys.clientKey(),
                keys == null ? null : keys.serverKey(),
                suspended ? state : null);
    }

    private static @Nullable String value(TrackedVars vars, int index) {
        String value = vars.value(index);
        return value == null ? null : Raw.readable(value);
    }

    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress ? Addresses.host(address) : UNIX;
    }
}
