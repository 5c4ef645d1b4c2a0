package org.pgsluice.pool;

/** What the books count by reactor: connections that are ACTIVE, and servers that it took from another. Part of the books and under their lock. */
final class ReactorCounts {
    private final int[] active;
    private final long[] steals;

    ReactorCounts(int reactors) {
        active = new int[reactors];
        steals = new long[reactors];
    }

    /** The client's state is about to change. */
    void clientMoves(ClientEntry client, ClientState next) {
        if (client.errand) {
            return;
        }
        if (client.state == ClientState.ACTIVE) {
            active[client.reactorIndex]--;
        } else if (next == ClientState.ACTIVE) {
            active[client.reactorIndex]++;
        }
    }

    /** The server is about to be given to a client of {@code reactor}. One that goes from client to client was not idle, and is not stolen wherever it goes. */
    void serverGoes(ServerEntry server, int reactor) {
        if (server.state == ServerState.IDLE && server.reactorIndex() != reactor) {
            steals[reactor]++;
        }
    }

    int active(int reactor) {
        return active[reactor];
    }

    long steals(int reactor) {
        return steals[reactor];
    }
}
