package org.pgsluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Fact;
import org.pgsluice.log.Level;
import org.pgsluice.net.Outbox;
import org.pgsluice.net.Teardown;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.wire.PgError;

/** The end of a client's connection, in steps of which each runs. On its reactor. */
final class ClientEnd {
    private static final long SECOND = 1_000_000_000L;

    private ClientEnd() {}

    /**
     * Ends {@code client}, which was at {@code was}.
     *
     * @param text the reason, for the log
     * @param error what it is told; null to tell it nothing
     */
    static void run(ClientSession client, ClientServices services, ClientStage was, CloseReason reason, String text, @Nullable PgError error) {
        Books books = client.books();
        Link link = was instanceof ClientStage.Linked linked ? linked.link() : null;
        // PostgreSQL never answers a cancel request, and newer drivers take an answer for a failure. In the middle of a reply an error would be taken for a
        // part of it.
        boolean told = was != ClientStage.Bare.CANCELLING && (link == null || !link.replyCut());
        new Teardown()
                .then(() -> log(client, reason, text))
                .then(() -> letServerGo(client, link))
                .then(() -> {
                    if (error != null && told) {
                        send(client, error);
                    }
                })
                .then(() -> client.wire().close(client.buffers()))
                .then(() -> was.onClosed(reason))
                .then(() -> {
                    if (client.cancelKey().length > 0) {
                        services.dropCancelKey(client.cancelKey());
                    }
                })
                .then(() -> books.closed(client))
                .then(() -> books.members().leave(client))
                .then(books.members()::clientClosed)
                .then(() -> services.onClosed(client))
                .end();
    }

    private static void log(ClientSession client, CloseReason reason, String text) {
        Lane lane = client.lane();
        lane.closedClients().count(reason);
        if (lane.commons().tuning().logDisconnections) {
            long age = (lane.now() - client.connectedNanos()) / SECOND;
            client.log(reason.level(), "closing because: " + text + " (age=" + age + "s)", new Fact("reason", text), new Fact("age", age));
        }
    }

    private static void letServerGo(ClientSession client, @Nullable Link link) {
        if (client.books().closing(client) instanceof ServerSession held) {
            try {
                if (link != null) {
                    link.onClientClosing(held);
                } else {
                    // Opened for it alone, and not taken yet.
                    held.moveTo(client.lane());
                    held.release();
                }
            } catch (RuntimeException | Error thrown) {
                held.onFailure(thrown);
                throw thrown;
            }
        }
    }

    private static void send(ClientSession client, PgError error) {
        Outbox out = client.outbox();
        // Behind what the socket has not taken yet an error would stand in the middle of a message.
        if (out.isEmpty()) {
            try {
                out.write(ByteBuffer.wrap(error.toErrorResponse()), client.buffers());
            } catch (IOException e) {
                client.log(Level.NOISE, "error not sent: " + e.getMessage());
            }
        }
    }
}
