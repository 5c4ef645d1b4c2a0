package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** Messages that ask for nothing, of a client without a server, while the pool's only server is taken. */
class LoneMessagesTest {
    private final LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\n"), 1);
    private final ScriptedClient holder = world.login(0);
    private final ScriptedClient client = world.login(0);

    @BeforeEach
    void takeTheServer() {
        world.step(holder, new Requests().query("BEGIN").toBytes());
    }

    private String got() {
        return ScriptedClient.describe(client.received());
    }

    @Test
    void syncIsAnsweredWithoutAServer() {
        world.step(client, new Requests().sync().sync().toBytes());

        assertThat(got()).isEqualTo("Z(I) Z(I) ");
    }

    @Test
    void flushIsTakenWithoutAServer() {
        world.step(client, new Requests().flush().toBytes());
        assertThat(got()).isEmpty();

        world.step(client, new Requests().sync().toBytes());
        assertThat(got()).isEqualTo("Z(I) ");
    }

    @Test
    void syncBehindARequestThatNeedsAServerWaitsForIt() {
        world.step(client, new Requests().flush().parse("", "SELECT 'a.1'").sync().toBytes());
        assertThat(got()).isEmpty();

        world.step(holder, new Requests().query("COMMIT").toBytes());
        assertThat(got()).isEqualTo("1 Z(I) ");
    }

    @Test
    void clientThatBreaksWhileItIsAnsweredGetsNoServerAnyMore() {
        client.send(new Requests().closeStatement("unknown").query("SELECT 'a.1'").toBytes());
        client.reset();
        world.settle();
        assertThat(client.received()).isEmpty();

        world.step(holder, new Requests().query("COMMIT").toBytes());
        ScriptedClient next = world.login(0);
        world.step(next, new Requests().query("SELECT 'b.1'").toBytes());

        assertThat(ScriptedClient.describe(next.received())).contains("b.1").endsWith("Z(I) ");
        world.assertClean("after the break");
    }
}
