package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** A statement whose text PostgreSQL has accepted before is prepared without a server; one that it has not seen waits for one. */
class KnownStatementTest {
    private static final Config ONE_SERVER = SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nmax_prepared_statements = 10\n");
    private static final byte[] PREPARE = new Requests().parse("s", "SELECT $1").sync().toBytes();

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    private static String got(ScriptedClient client) {
        return ScriptedClient.describe(client.takeReceived());
    }

    @Test
    void knownStatementIsPreparedWhileTheOnlyServerIsBusy() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        world.step(a, PREPARE);
        world.step(a, query("BEGIN"));
        b.takeReceived();

        world.step(b, PREPARE);
        String prepared = got(b);
        world.step(b, new Requests().closeStatement("s").sync().toBytes());

        assertThat(prepared).isEqualTo("1 Z(I) ");
        assertThat(got(b)).isEqualTo("3 Z(I) ");
        world.step(a, query("COMMIT"));
        world.assertClean("known");
    }

    @Test
    void unknownStatementWaitsForTheServer() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        world.step(a, query("BEGIN"));
        b.takeReceived();

        world.step(b, PREPARE);
        String whileBusy = got(b);
        world.step(a, query("COMMIT"));

        assertThat(whileBusy).isEmpty();
        assertThat(got(b)).isEqualTo("1 Z(I) ");
        world.assertClean("unknown");
    }

    @Test
    void batchThatGoesOnIsExecutedOnAServer() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        world.step(a, PREPARE);
        b.takeReceived();

        world.step(b, new Requests().parse("s", "SELECT $1").bind("s", "b.1").execute(0).sync().toBytes());

        assertThat(got(b)).isEqualTo("1 2 D(|b.1) C(SELECT 1|) Z(I) ");
        world.assertClean("batch");
    }

    @Test
    void answersToManyParsesAreOneWrite() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        Requests many = new Requests();
        for (int i = 0; i < 100; i++) {
            many.parse("s" + i, "ROWS " + i + " $1");
        }
        many.sync();
        world.step(a, many.toBytes());
        int before = b.reads();
        b.takeReceived();

        world.step(b, many.toBytes());

        assertThat(got(b)).isEqualTo("1 ".repeat(100) + "Z(I) ");
        assertThat(b.reads() - before).isEqualTo(1);
        world.assertClean("many");
    }

    @Test
    void textThatOnlyAnotherDatabaseHasAcceptedIsAsked() {
        Config two = SimulatedPooler.config("""
                default_pool_size = 1
                max_prepared_statements = 10
                pool_mode = transaction
                [databases]
                other = host=127.0.0.1 port=5432 user=app
                """);
        LinkWorld world = new LinkWorld(two, 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.loginTo("other", 0);
        ScriptedClient c = world.loginTo("other", 0);
        world.step(a, PREPARE);
        world.step(c, query("BEGIN"));
        b.takeReceived();

        world.step(b, PREPARE);
        String whileBusy = got(b);
        world.step(c, query("COMMIT"));

        assertThat(whileBusy).isEmpty();
        assertThat(got(b)).isEqualTo("1 Z(I) ");
        world.assertClean("elsewhere");
    }

    @Test
    void clientThatFillsTheMemoryWithStatementsFailsAlone() {
        LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nmax_prepared_statement_memory = 20000\n"), 1);
        ScriptedClient greedy = world.login(0);
        ScriptedClient other = world.login(0);
        world.step(other, PREPARE);
        other.takeReceived();
        for (int i = 0; i < 100 && !greedy.ended(); i++) {
            world.step(greedy, new Requests().parse("s" + i, "ROWS " + i + " $1").sync().toBytes());
        }

        assertThat(greedy.ended()).isTrue();
        assertThat(ScriptedClient.brief(greedy.received())).endsWith("E:53200");
        world.step(other, new Requests().bind("s", "b.1").execute(0).parse("t", "SELECT $1").sync().toBytes());
        assertThat(got(other)).isEqualTo("2 D(|b.1) C(SELECT 1|) 1 Z(I) ");
    }
}
