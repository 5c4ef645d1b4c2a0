package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReactorCountsTest {
    private final ReactorCounts counts = new ReactorCounts(2);

    private static final class Client extends ClientEntry {
        Client(boolean errand) {
            super(1, errand);
        }

        @Override
        public void granted(ServerEntry server) {}

        @Override
        public void welcomed() {}

        @Override
        public void refused(String sqlState, String message) {}
    }

    @Test
    void clientCountsWhileItIsActive() {
        Client client = new Client(false);

        counts.clientMoves(client, ClientState.ACTIVE);
        assertThat(counts.active(1)).isEqualTo(1);
        client.state = ClientState.ACTIVE;
        counts.clientMoves(client, ClientState.WAITING);
        assertThat(counts.active(1)).isZero();
    }

    @Test
    void errandIsNoClientThatIsLoggedIn() {
        counts.clientMoves(new Client(true), ClientState.ACTIVE);

        assertThat(counts.active(1)).isZero();
    }
}
