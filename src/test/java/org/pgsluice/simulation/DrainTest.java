package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pgsluice.pooler.Pooler;

/** SHUTDOWN WAIT_FOR_CLIENTS: who is taken, who is closed, and when. */
class DrainTest {
    private static void shutDown(PoolerWorld world) {
        Pooler pooler = world.pooler;
        world.onMain(() -> pooler.shutdown().waitForClients());
        world.soon();
    }

    @Test
    void clientsStayAsLongAsTheyLikeByDefault() {
        PoolerWorld world = new PoolerWorld("");
        ScriptedClient client = world.login();

        shutDown(world);
        world.pass(3_600);

        assertThat(world.ask(client, "SELECT 'a.1'")).endsWith("Z(I) ");
        client.close();
        world.soon();
        assertThat(world.exited()).isTrue();
    }

    /** Whoever takes over would get no TCP socket; and while he looks nobody is read, so nobody could go. */
    @Test
    void nothingIsSuspendedAnyMore() {
        PoolerWorld world = new PoolerWorld("");
        ScriptedClient client = world.login();
        ScriptedClient operator = world.loginTo("pgbouncer");
        shutDown(world);

        assertThat(world.ask(operator, "SUSPEND")).contains("pooler is shutting down");

        assertThat(world.ask(client, "SELECT 'a.1'")).endsWith("Z(I) ");
    }

    @Test
    void pausedClientsMayGoOnToTheirEnd() {
        PoolerWorld world = new PoolerWorld("");
        ScriptedClient client = world.login();
        ScriptedClient operator = world.loginTo("pgbouncer");
        shutDown(world);
        world.ask(operator, "PAUSE");

        assertThat(world.ask(operator, "RESUME")).contains("C(RESUME|)");

        assertThat(world.ask(client, "SELECT 'a.1'")).endsWith("Z(I) ");
        assertThat(world.ask(operator, "RESUME")).contains("pooler is shutting down");
    }

    @Test
    void clientsAreClosedBetweenTwoTransactions() {
        PoolerWorld world = new PoolerWorld("drain_timeout = 10");
        ScriptedClient idle = world.login();
        ScriptedClient busy = world.login();
        world.ask(busy, "BEGIN");

        shutDown(world);
        world.pass(9);
        assertThat(idle.ended()).isFalse();
        world.pass(1.5);

        assertThat(PoolerWorld.take(idle)).isEqualTo("E(SFATAL|C57P01|Mterminating connection due to administrator command|) ");
        assertThat(idle.ended()).isTrue();
        assertThat(world.ask(busy, "SELECT 'a.1'")).as("the transaction goes on").endsWith("Z(T) ");
        assertThat(world.exited()).isFalse();

        assertThat(world.ask(busy, "COMMIT")).startsWith("C(COMMIT|) Z(I) ");
        world.soon();
        assertThat(busy.ended()).isTrue();
        assertThat(world.exited()).isTrue();
        assertThat(world.hasLogged("drain_timeout: closing 2 clients")).isTrue();
    }

    @Test
    void clientOfASessionPoolIsClosedBetweenTransactionsToo() {
        PoolerWorld world = new PoolerWorld("drain_timeout = 1\npool_mode = session");
        ScriptedClient client = world.login();
        world.ask(client, "BEGIN");

        shutDown(world);
        world.pass(5);
        assertThat(client.ended()).isFalse();
        world.ask(client, "COMMIT");
        world.soon();

        assertThat(client.ended()).isTrue();
        assertThat(world.exited()).isTrue();
    }

    @Test
    void clientThatWaitsForAServerHasItsTransactionFirst() {
        PoolerWorld world = new PoolerWorld("drain_timeout = 1\ndefault_pool_size = 1");
        ScriptedClient holder = world.login();
        ScriptedClient waiter = world.login();
        world.ask(holder, "BEGIN");
        waiter.send(new Requests().query("SELECT 'b.1'").toBytes());
        world.soon();

        shutDown(world);
        world.pass(5);
        assertThat(waiter.ended()).isFalse();
        world.ask(holder, "COMMIT");
        world.soon();

        assertThat(PoolerWorld.take(waiter)).contains("C(SELECT").contains("Z(I) E(SFATAL|C57P01|");
    }

    @Test
    void newClientsAreTakenUntilTheDelayIsOver() {
        PoolerWorld world = new PoolerWorld("drain_delay = 5\ndrain_timeout = 1");

        shutDown(world);
        ScriptedClient late = world.login();
        world.pass(4);
        assertThat(world.exited()).as("more may come").isFalse();
        assertThat(late.ended()).isFalse();
        world.pass(3);

        assertThat(late.ended()).isTrue();
        assertThat(world.exited()).isTrue();
        assertThat(world.hasLogged("drain_delay: new clients are taken for another 5 s")).isTrue();
    }

    @Test
    void whoConnectedBeforeTheEndBeganIsLetIn() {
        PoolerWorld world = new PoolerWorld("");
        ScriptedClient early = world.connect();

        shutDown(world);
        early.send(Requests.startup("user", "root", "database", "db"));
        world.soon();

        assertThat(PoolerWorld.take(early)).endsWith("Z(I) ");
    }
}
