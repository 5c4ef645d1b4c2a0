package org.pgsluice.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Fact;
import org.pgsluice.log.Level;
import org.pgsluice.net.Outbox;
import org.pgsluice.net.Teardown;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ServerState;
import org.pgsluice.wire.FrontendTag;

/** The end of a server connection, in steps of which each runs. On its reactor. */
final class ServerEnd {
    private static final byte[] TERMINATE = {FrontendTag.TERMINATE, 0, 0, 0, 4};

    private ServerEnd() {}

    /** Ends {@code server}, which was at {@code was} and had {@code tenant}; that one is told last, when the server is in nobody's books any more. */
    static void run(
            ServerSession server, ServerStage was, @Nullable Tenant tenant, CloseReason reason, @Nullable String detail, boolean terminate,
            boolean loginFailed) {
        Lane lane = server.lane();
        // In the middle of a request the goodbye would be taken for the rest of it.
        boolean goodbye = terminate && was instanceof ServerStage.Serving && (tenant == null || !tenant.midRequest());
        new Teardown()
                .then(() -> log(server, reason, reason.text(detail)))
                .then(() -> {
                    if (loginFailed) {
                        noteFailure(server, was, reason.text(detail));
                    }
                })
                .then(() -> hangUp(server, was, goodbye))
                .then(server.journal()::end)
                .then(server::dropTenant)
                .then(() -> lane.books().unassign(server))
                .then(() -> lane.books().move(server, ServerState.CLOSED))
                .then(() -> lane.books().pinned().tell(server.pool()))
                .then(() -> lane.commons().servers().remove(server))
                .then(() -> {
                    if (tenant != null) {
                        tenant.onServerLost(reason, detail);
                    }
                })
                .then(() -> lane.growCompetitors(server.pool()))
                .end();
    }

    private static void log(ServerSession server, CloseReason reason, String text) {
        Lane lane = server.lane();
        lane.closedServers().count(reason);
        if (lane.commons().tuning().logDisconnections) {
            long age = (lane.now() - server.openedNanos()) / 1_000_000_000L;
            server.log(reason.level(), "closing because: " + text + " (age=" + age + "s)", new Fact("reason", text), new Fact("age", age));
        }
    }

    /** Its place has failed: says so, and when it may be tried again. */
    private static void noteFailure(ServerSession server, ServerStage was, String text) {
        Lane lane = server.lane();
        Wire wire = was.wire();
        String failure = was instanceof ServerStage.Dialling dialling ? dialling.dial().lastReason() : wire == null ? text
                : Addresses.text(wire.remoteAddress()) + ": " + text;
        boolean refused = was instanceof ServerStage.SigningIn signing && signing.login().refused();
        lane.growIn(server.pool(), lane.books().openings().loginFailed(server, failure, refused, lane.now(), lane.commons().chance()));
    }

    private static void hangUp(ServerSession server, ServerStage was, boolean goodbye) {
        if (was instanceof ServerStage.Dialling dialling) {
            dialling.dial().cancel();
            return;
        }
        Wire wire = was.wire();
        if (wire != null) {
            try {
                if (goodbye) {
                    sayGoodbye(server, wire.outbox());
                }
            } finally {
                wire.close(server.buffers());
            }
        }
    }

    private static void sayGoodbye(ServerSession server, Outbox out) {
        if (out.isEmpty()) {
            try {
                out.write(ByteBuffer.wrap(TERMINATE), server.buffers());
            } catch (IOException e) {
                server.log(Level.NOISE, "Terminate not sent: " + e.getMessage());
            }
        }
    }
}
