package org.pgsluice.client;

import org.pgsluice.pool.ClientState;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Retention;
import org.pgsluice.server.ServerSession;

/** Closes clients of a pooler that ends. On the client's reactor. */
public final class ClientDrain {
    private ClientDrain() {}

    /**
     * Closes the client if it has no transaction, no request and no reply under way. What it has sent until now is read first, and goes on as ever; what it
     * sends later was not begun, and may be sent again elsewhere.
     */
    public static void closeBetweenTransactions(ClientSession client) {
        Link link = client.link();
        if (link == null || !isBetween(client, link)) {
            return;
        }
        link.onClientReadable();
        if (!client.isClosed() && isBetween(client, link)) {
            client.fail(CloseReason.DRAINED);
        }
    }

    private static boolean isBetween(ClientSession client, Link link) {
        ServerSession server = link.server();
        return client.state() == ClientState.ACTIVE
                && link.times().queryStart() == 0
                && link.times().transactionStart() == 0
                && !link.replyCut()
                && (server == null || server.underWay() == Retention.NOTHING)
                && !client.wire().inbox().hasKept()
                && client.wire().outbox().isEmpty();
    }
}
