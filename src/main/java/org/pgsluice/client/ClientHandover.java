package org.pgsluice.client;

import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Passable;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.ClientState;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.config.StateMode;
import org.pgsluice.pool.Pool;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerHandover;
import org.pgsluice.server.ServerSession;
import org.pgsluice.vars.VarsHandover;

/** A client's way from process to process: the image that the old one makes, and the session that the new one makes of it. On the client's reactor. */
public final class ClientHandover {
    private ClientHandover() {}

    /**
     * All that a process needs which takes {@code client} over; null when it must not be handed over. While suspended; nothing is written any more until that
     * ends.
     */
    public static @Nullable ClientImage image(ClientSession client) {
        Pool pool = client.pool();
        Link linked = client.link();
        ClientImage.LinkImage ofLink = linked == null ? null : linked.image();
        boolean welcomeDue = linked == null && client.state() == ClientState.WAITING_WELCOME;
        if (client.isClosed() || pool == null || (ofLink == null && !welcomeDue)) {
            return null;
        }
        long now = client.lane().now();
        return new ClientImage(
                pool.user().name(),
                client.cancelKey(),
                now - client.connectedNanos(),
                now - client.requestNanos(),
                client.wire().freeze(),
                client.vars(),
                ofLink);
    }

    /**
     * Goes on with a connection that another process has handed over, on its reactor; {@link #resume} follows once everybody is here.
     *
     * @param server what it was linked to, or null
     */
    public static ClientSession restore(
            Connection connection, Lane lane, ClientServices services, String userName, Pool pool, ClientImage image, @Nullable ServerSession server) {
        Wire wire = new Wire(connection);
        ClientSession client = new ClientSession(wire, lane, services, image);
        VarsHandover.fill(client.vars(), image.vars());
        if (pool.stateMode(lane.books().config()) == StateMode.OFF) {
            client.vars().followFew();
        }
        wire.restore(image.wire(), lane.buffers());
        client.membership().named(pool.database().name(), userName);
        lane.books().members().join(client, pool.database(), true);
        lane.books().members().join(client, lane.books().registry().user(userName), true);
        ClientImage.LinkImage ofLink = image.link();
        if (ofLink == null) {
            lane.books().waitForWelcome(client, pool, lane.now());
        } else {
            lane.books().active(client, pool, lane.now());
            if (server != null) {
                lane.books().openings().adopted(client, server);
            }
            client.enter(pool).restore(ofLink, server);
        }
        return client;
    }

    /** Another process goes on with {@code client} and the server that it has: here both are closed, and nothing is said to anybody. */
    public static void leave(ClientSession client) {
        Passable socket = client.wire().passable();
        if (socket != null) {
            socket.letGo();
        }
        Link linked = client.link();
        ServerSession server = linked == null ? null : linked.server();
        if (server != null) {
            ServerHandover.leave(server);
        }
        client.close(CloseReason.HANDED_OVER);
    }

    /** Sends what {@code client} had not taken before it was taken over, and looks at what it had sent. */
    public static void resume(ClientSession client) {
        if (client.isClosed()) {
            return;
        }
        client.wire().goOn();
        Link linked = client.link();
        if (client.state() == ClientState.WAITING_WELCOME) {
            client.welcomed();
        } else if (linked != null) {
            linked.onKept();
            linked.partIfDone();
        }
    }
}
