package org.pgsluice.console;

import java.net.SocketAddress;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.PinRow;
import org.pgsluice.admin.view.Replication;
import org.pgsluice.admin.view.SocketBuffers;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.SocketState;
import org.pgsluice.client.ClientSession;
import org.pgsluice.client.Link;
import org.pgsluice.config.Settings;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Wire;
import org.pgsluice.notify.Hubs;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.ReplicationRequest;
import org.pgsluice.server.Addresses;
import org.pgsluice.server.Inquiry;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.vars.Raw;
import org.pgsluice.vars.TrackedNames;

/** The row of a session in SHOW CLIENTS and SHOW SERVERS, made on the session's reactor. */
final class SocketRows {
    static final Comparator<SocketRow> ORDER = Comparator.<SocketRow, Boolean>comparing(row -> row.state() == SocketState.CLIENT_LOGIN)
            .thenComparing(row -> row.database() == null ? "" : row.database())
            .thenComparing(row -> row.user() == null ? "" : row.user())
            .thenComparing(SocketRow::state)
            .thenComparingLong(SocketRow::id);

    private SocketRows() {}

    static SocketRow row(Lane lane, ClientSession client) {
        SocketState state = switch (client.state()) {
            case LOGIN, CLOSED -> SocketState.CLIENT_LOGIN;
            case WAITING_WELCOME, WAITING_REPLICATION, WAITING -> SocketState.CLIENT_WAITING;
            case ACTIVE -> SocketState.CLIENT_ACTIVE;
            case WAITING_CANCEL -> SocketState.CLIENT_WAITING_CANCEL;
            case ACTIVE_CANCEL -> SocketState.CLIENT_ACTIVE_CANCEL;
        };
        Link link = client.link();
        ServerSession server = link == null ? null : link.server();
        long since = link == null ? 0 : link.times().queryStart();
        boolean known = client.pool() != null || client.database() != null;
        Connection connection = client.connection();
        return new SocketRow(
                state,
                known ? client.membership().userName() : null,
                known ? client.membership().databaseName() : null,
                replication(client),
                Addresses.host(connection.remoteAddress()),
                Addresses.port(connection.remoteAddress(), listenPort(lane)),
                Addresses.host(connection.localAddress()),
                Addresses.port(connection.localAddress(), listenPort(lane)),
                wallMicros(lane, client.connectedNanos()),
                wallMicros(lane, client.requestNanos()),
                since == 0 ? 0 : Math.max(0, lane.now() - since) / 1000,
                false,
                client.id(),
                server == null ? 0 : server.id(),
                (int) Math.max(0, connection.peerCredentials().pid()),
                connection.encryption(),
                text(client.vars().value(TrackedNames.APPLICATION_NAME)),
                link == null ? 0 : link.statementCount(),
                client.id(),
                SocketBuffers.NONE);
    }

    static SocketRow row(Lane lane, ServerSession server) {
        SocketState state = switch (server.state()) {
            case LOGIN -> SocketState.SERVER_NEW;
            case IDLE -> SocketState.SERVER_IDLE;
            case ACTIVE -> Hubs.listens(server) ? SocketState.SERVER_LISTENING : SocketState.SERVER_ACTIVE;
            case CLOSING, CLOSED -> SocketState.SERVER_ACTIVE;
            case USED -> SocketState.SERVER_USED;
            case TESTED -> SocketState.SERVER_TESTED;
            case BEING_CANCELED -> SocketState.SERVER_BEING_CANCELED;
            case ACTIVE_CANCEL -> SocketState.SERVER_ACTIVE_CANCEL;
        };
        Wire wire = server.wire();
        Connection connection = wire == null ? null : wire.connection();
        int port = server.pool().database().config().serverPort();
        ClientEntry client = server.client();
        long linked = client instanceof ClientSession session ? session.id() : 0;
        return new SocketRow(
                state,
                server.pool().user().name(),
                server.pool().database().name(),
                replication(server.dedicated()),
                host(connection == null ? null : connection.remoteAddress()),
                connection == null ? port : Addresses.port(connection.remoteAddress(), port),
                host(connection == null ? null : connection.localAddress()),
                connection == null ? 0 : Addresses.port(connection.localAddress(), port),
                wallMicros(lane, server.openedNanos()),
                wallMicros(lane, server.usedNanos()),
                client == null ? 0 : Math.max(0, lane.now() - server.usedNanos()) / 1000,
                server.closeNeeded(),
                server.id(),
                linked,
                server.facts().backendPid(),
                connection == null ? "" : connection.encryption(),
                text(server.vars().value(TrackedNames.APPLICATION_NAME)),
                server.statements().size(),
                server.id(),
                SocketBuffers.NONE);
    }

    /** What a server is held for; null for one that is not. */
    static @Nullable PinRow pin(Lane lane, ServerSession server) {
        Inquiry inquiry = server.inquiry();
        if (inquiry.pinnedNanos() == 0) {
            return null;
        }
        return new PinRow(
                server.pool().database().name(),
                server.pool().user().name(),
                server.client() instanceof ClientSession session ? session.id() : 0,
                server.id(),
                server.facts().backendPid(),
                inquiry.reasons(),
                wallMicros(lane, inquiry.pinnedNanos()),
                Math.max(0, lane.now() - inquiry.pinnedNanos()) / 1000,
                inquiry.pinningHash());
    }

    private static Replication replication(@Nullable ClientEntry client) {
        ReplicationRequest request = client == null ? null : client.replication();
        return request == null ? Replication.NONE : request.physical() ? Replication.PHYSICAL : Replication.LOGICAL;
    }

    private static int listenPort(Lane lane) {
        return lane.books().config().integer(Settings.LISTEN_PORT);
    }

    private static String host(@Nullable SocketAddress address) {
        return address == null ? "" : Addresses.host(address);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : Raw.readable(value);
    }

    private static long wallMicros(Lane lane, long nanos) {
        Instant then = lane.commons().now().minusNanos(Math.max(0, lane.now() - nanos));
        return then.getEpochSecond() * 1_000_000L + then.getNano() / 1000;
    }
}
