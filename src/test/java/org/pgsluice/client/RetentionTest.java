package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.pgsluice.config.Config;
import org.pgsluice.pool.ServerState;
import org.pgsluice.server.Retention;
import org.pgsluice.server.ServerSession;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** Why a server stays with its client, and what becomes of one that is let go too early. */
class RetentionTest {
    private static final Config TRANSACTIONS = SimulatedPooler.config("session_state = reported\npool_mode = transaction\ndefault_pool_size = 1\n");

    private final LinkWorld world = new LinkWorld(TRANSACTIONS, 1);
    private final ScriptedClient client = world.login(0);

    private ServerSession server() {
        return world.pooler.commons.servers().iterator().next();
    }

    private Retention reason() {
        return server().retention();
    }

    @Test
    void requestWithoutItsReplyHoldsTheServer() {
        world.postgres.outputBudget(0);
        client.send(new Requests().query("SELECT 'a.1'").toBytes());
        world.network.runUntilIdle();

        assertThat(reason()).isEqualTo(Retention.REPLY_DUE);

        world.settle();
        assertThat(reason()).isEqualTo(Retention.NOTHING);
    }

    @Test
    void openTransactionHoldsTheServer() {
        world.step(client, new Requests().query("BEGIN").toBytes());
        assertThat(reason()).isEqualTo(Retention.IN_TRANSACTION);

        world.step(client, new Requests().query("COMMIT").toBytes());
        assertThat(reason()).isEqualTo(Retention.NOTHING);
    }

    @Test
    void beginningOfARequestHoldsTheServer() {
        byte[] query = new Requests().query("SELECT 'a.1'").toBytes();
        world.step(client, Arrays.copyOf(query, 9));
        // A query's reply is due from its first byte on; what comes behind the reply is the beginning alone.
        assertThat(reason()).isIn(Retention.REPLY_DUE, Retention.MID_REQUEST);

        world.step(client, Arrays.copyOfRange(query, 9, query.length));
        assertThat(reason()).isEqualTo(Retention.NOTHING);
    }

    @Test
    void sessionModeHoldsTheServerUntilTheClientLeaves() {
        LinkWorld sessions = new LinkWorld(SimulatedPooler.config("pool_mode = session\n"), 1);
        ScriptedClient one = sessions.login(0);
        sessions.step(one, new Requests().query("SELECT 'a.1'").toBytes());
        ServerSession server = sessions.pooler.commons.servers().iterator().next();

        assertThat(server.retention()).isEqualTo(Retention.SESSION_MODE);
        assertThat(server.underWay()).isEqualTo(Retention.NOTHING);
    }

    @Test
    void serverThatIsLetGoInATransactionIsClosedAndSaidSo() {
        world.step(client, new Requests().query("BEGIN").toBytes());
        ServerSession server = server();

        server.lane().reactor().execute(server::release);
        world.network.runUntilIdle();

        assertThat(server.state()).isEqualTo(ServerState.CLOSED);
        assertThat(client.ended()).as("the client is told that its transaction is lost").isTrue();
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.contains("server released too early: IN_TRANSACTION"));
    }
}
