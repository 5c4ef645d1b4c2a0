package org.pgsluice.pool;

/** What cancel requests find and hold back. Part of the books and under their lock. */
public final class Cancels {
    private final Books books;

    Cancels(Books books) {
        this.books = books;
    }

    /** What a cancel request for {@code client} finds, in one look: between two the server could go to a stranger. */
    public CancelTarget target(ClientEntry client) {
        synchronized (books) {
            ServerEntry server = client.server;
            if (server != null && server.state == ServerState.ACTIVE) {
                return new CancelTarget.Serving(server, server.assignments);
            }
            return client.state == ClientState.WAITING ? CancelTarget.Answer.WAITING : CancelTarget.Answer.IDLE;
        }
    }

    /** Whether the server is still with the client that a cancel request found it with. */
    public boolean stillServing(CancelTarget.Serving target) {
        synchronized (books) {
            ServerEntry server = target.server();
            return server.state == ServerState.ACTIVE && server.assignments == target.assignment() && server.client != null;
        }
    }

    /**
     * A cancel request is to be sent to {@code target}. False when another is on its way that will be sent later than now: that one does for both.
     */
    public boolean pending(CancelTarget.Serving target) {
        synchronized (books) {
            ServerEntry server = target.server();
            if (server.cancelPending == target.assignment()) {
                return false;
            }
            server.cancelPending = target.assignment();
            return true;
        }
    }

    /** The request of {@link #pending} is about to be sent, or will not be: what comes from now on needs one of its own. */
    public void notPending(CancelTarget.Serving target) {
        synchronized (books) {
            if (target.server().cancelPending == target.assignment()) {
                target.server().cancelPending = 0;
            }
        }
    }

    /**
     * A cancel request sets out: until {@link #ended} the server goes to no other client.
     *
     * @return false when the server is with another client by now, or with none
     */
    public boolean begins(CancelTarget.Serving target) {
        synchronized (books) {
            if (!stillServing(target)) {
                return false;
            }
            target.server().cancelsUnderWay++;
            return true;
        }
    }

    /** The client of {@code server} left while its query runs: it is nobody's, and a cancel request for it sets out, which {@link #ended} ends. */
    public void abandoned(ServerEntry server) {
        synchronized (books) {
            books.unassign(server);
            server.assignments++;
            server.cancelsUnderWay++;
            books.move(server, ServerState.BEING_CANCELED);
        }
    }

    /**
     * The request has ended.
     *
     * @param doubtful whether PostgreSQL may yet act on it: then the server is not used again
     * @return whether the server waited only for this and is to be released (on its reactor)
     */
    public boolean ended(ServerEntry server, boolean doubtful) {
        synchronized (books) {
            server.cancelsUnderWay--;
            if (doubtful) {
                server.needClose();
            }
            return server.cancelsUnderWay == 0 && server.state == ServerState.BEING_CANCELED;
        }
    }

    /** The client does not want what it waits for any more. False when it does not wait: it may have been given a server. */
    public boolean withdraw(ClientEntry client) {
        synchronized (books) {
            if (client.state != ClientState.WAITING) {
                return false;
            }
            client.waitSinceNanos = 0;
            books.move(client, ClientState.ACTIVE);
            return true;
        }
    }

    /** Moves a cancel request between its states; no effect once its sender has left. */
    public void state(ClientEntry client, Pool pool, ClientState state) {
        synchronized (books) {
            if (client.state != ClientState.CLOSED) {
                client.pool = pool;
                books.move(client, state);
            }
        }
    }
}
