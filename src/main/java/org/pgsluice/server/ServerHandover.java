package org.pgsluice.server;

import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Passable;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.ServerState;
import org.pgsluice.pool.Welcome;
import org.pgsluice.vars.VarsHandover;

/** A server's way from process to process: the image that the old one makes, and the session that the new one makes of it. On the server's reactor. */
public final class ServerHandover {
    private ServerHandover() {}

    /**
     * All that a process needs which takes {@code server} over; null when it must not be handed over. While suspended; nothing is written any more until that
     * ends.
     */
    public static @Nullable ServerImage image(ServerSession server, @Nullable Welcome welcome) {
        boolean resting = server.state() == ServerState.IDLE || server.state() == ServerState.USED;
        boolean ready = server.state() == ServerState.ACTIVE || (resting && server.underWay() == Retention.NOTHING);
        if (!ready || server.own().underWay() || !(server.stage() instanceof ServerStage.Serving serving)) {
            return null;
        }
        Wire wire = serving.wire();
        ReplyStream replies = server.replies();
        long now = server.lane().now();
        return new ServerImage(
                server.pool().database().config().serverIdentity().toString(),
                wire.connection().isUnix() ? wire.remoteAddress().toString() : "",
                serving.cancelKey(),
                serving.backendPid(),
                server.status(),
                now - server.openedNanos(),
                now - server.usedNanos(),
                server.closeNeeded(),
                wire.freeze(),
                replies.bodyLeft(),
                replies.midMessage() && !replies.midForwarded(),
                server.vars(),
                LedgerImage.of(server.ledger(), server.journal()),
                server.statements().inOrderOfUse(),
                welcome);
    }

    /** Goes on with a connection that another process has handed over. It is at its login until the books are told otherwise; on its reactor. */
    public static ServerSession restore(Pool pool, Lane lane, Connection opened, ServerImage image) {
        Wire wire = new Wire(opened);
        ServerSession server = new ServerSession(pool, lane, wire, image);
        VarsHandover.fill(server.vars(), image.vars());
        image.ledger().restore(server.ledger(), server.journal());
        server.journal().unnamedUnknown();
        image.statements().forEach(server.statements()::add);
        server.replies().restore(image.bodyLeft(), image.bodySwallowed());
        // Only plain connections are handed over, and this process may have another opinion of them.
        boolean tooPlain = !opened.isUnix() && lane.commons().serverContexts().of(pool).isRequired();
        if (tooPlain || image.closeNeeded() || !image.target().equals(pool.database().config().serverIdentity().toString())) {
            server.needClose();
        }
        wire.restore(image.wire(), lane.buffers());
        lane.commons().servers().add(server);
        lane.books().openings().adopted(server);
        Welcome welcome = image.welcome();
        if (welcome != null && !server.closeNeeded()) {
            server.welcome(lane.books().openings().loggedIn(server, welcome));
        }
        wire.open(server);
        return server;
    }

    /** {@code server} was handed over without a client: among the idle ones, if it may be. */
    public static void rest(ServerSession server) {
        server.turnover().rest();
        Tuning tuning = server.lane().commons().tuning();
        if (tuning.checks && server.lane().now() - server.usedNanos() >= tuning.checkDelayNanos) {
            server.books().toBeChecked(server, server.lane().index());
        }
    }

    /** Another process goes on with {@code server}: here it is closed, and nothing is said to anybody. */
    public static void leave(ServerSession server) {
        Wire wire = server.wire();
        Passable socket = wire == null ? null : wire.passable();
        if (socket != null) {
            socket.letGo();
        }
        server.dropTenant();
        server.books().unassign(server);
        server.close(CloseReason.HANDED_OVER, null, false);
    }

    /** Writes what {@code server} had not taken when it was handed over. */
    public static void goOn(ServerSession server) {
        Wire wire = server.wire();
        if (wire != null) {
            wire.goOn();
        }
    }
}
