package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** The last value of a sequence is the client's own, or there is none; it is never another client's. */
class SequencesTest {
    private static LinkWorld world(int servers, String settings) {
        return new LinkWorld(SimulatedPooler.config("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = " + servers + "\n" + settings), 1);
    }

    private static String ask(LinkWorld world, ScriptedClient client, Requests requests) {
        client.takeReceived();
        world.step(client, requests.toBytes());
        return ScriptedClient.describe(client.takeReceived());
    }

    private static String ask(LinkWorld world, ScriptedClient client, String sql) {
        return ask(world, client, new Requests().query(sql));
    }

    private static String value(String answer) {
        int from = answer.indexOf("D(|") + 3;
        int to = from;
        while (Character.isDigit(answer.charAt(to))) {
            to++;
        }
        return answer.substring(from, to);
    }

    @Test
    void strangersNumberIsNeverGiven() {
        for (int cut = 0; cut < 250; cut += 7) {
            LinkWorld world = world(1, "");
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.postgres.outputBudget(cut);
            ask(world, a, "SELECT nextval('s')");

            String what = "replies cut at " + cut;
            assertThat(ask(world, b, "SELECT lastval()")).as(what).contains("C55000").endsWith("Z(I) ");
            assertThat(ask(world, a, "SELECT lastval()")).as(what).contains("C55000").endsWith("Z(I) ");
            world.assertClean(what);
        }
    }

    /** It sets the sequence, and not which one was advanced last. */
    @Test
    void setvalMakesNoStrangersNumberTheClients() {
        LinkWorld world = world(1, "");
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, b, "SELECT nextval('s')");

        ask(world, a, "SELECT setval('s', 9)");

        assertThat(ask(world, a, "SELECT lastval()")).contains("C55000").endsWith("Z(I) ");
        world.assertClean("setval");
    }

    @Test
    void ownNumberIsGivenWhileNobodyElseHasHadTheServer() {
        LinkWorld world = world(1, "");
        ScriptedClient a = world.login(0);
        String own = value(ask(world, a, "SELECT nextval('s')"));

        assertThat(value(ask(world, a, "SELECT lastval()"))).isEqualTo(own);
    }

    @Test
    void clientGetsTheServerOfItsLastStatementForThat() {
        LinkWorld world = world(2, "");
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, b, "BEGIN");
        String own = value(ask(world, a, "SELECT nextval('s')"));
        ask(world, b, "COMMIT"); // that server is the one that would be given next

        assertThat(value(ask(world, a, "SELECT lastval()"))).isEqualTo(own);
    }

    @Test
    void inATransactionBehindAnInsertItIsTheClients() {
        LinkWorld world = world(1, "");
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, b, "SELECT nextval('s')");
        ask(world, a, "BEGIN");
        ask(world, a, "INSERT INTO t VALUES (1)");

        assertThat(ask(world, a, "SELECT lastval()")).contains("D(|").endsWith("Z(T) ");
    }

    @Test
    void inATransactionWithoutItIsNobodys() {
        LinkWorld world = world(1, "");
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, b, "SELECT nextval('s')");
        ask(world, a, "BEGIN");

        assertThat(ask(world, a, "SELECT lastval()")).contains("C55000").endsWith("Z(E) ");
    }

    @Test
    void whoWasSeenToAskKeepsTheServerUntilItsNextStatement() {
        LinkWorld world = world(1, "");
        ScriptedClient a = world.login(0, "application_name", "php");
        ScriptedClient b = world.login(0);
        assertThat(ask(world, a, "SELECT lastval()")).contains("C55000");
        String own = value(ask(world, a, "SELECT nextval('s')"));

        assertThat(ask(world, b, "SELECT 'b.1'")).isEmpty();
        assertThat(value(ask(world, a, "SELECT lastval()"))).isEqualTo(own);

        world.settle();
        assertThat(ScriptedClient.describe(b.takeReceived())).contains("b.1");
        assertThat(ask(world, b, "SELECT 'b.2'")).contains("b.2");
        a.send(new Requests().query("INSERT INTO t VALUES (1)").terminate().toBytes());
        world.settle();
        assertThat(ask(world, b, "SELECT 'b.3'")).contains("b.3");
        world.assertClean("kept");
    }

    @Test
    void othersKeepNothing() {
        LinkWorld world = world(1, "");
        ScriptedClient a = world.login(0, "application_name", "php");
        ScriptedClient b = world.login(0, "application_name", "other");
        ask(world, a, "SELECT lastval()");
        ask(world, b, "SELECT nextval('s')");

        assertThat(ask(world, a, "SELECT 'a.1'")).contains("a.1");
    }

    @Test
    void extendedProtocolIsTheSame() {
        LinkWorld world = world(1, "max_prepared_statements = 10\n");
        ScriptedClient a = world.login(0, "application_name", "other");
        ScriptedClient b = world.login(0);
        for (String name : new String[] {"", "s"}) {
            ask(world, a, "SELECT nextval('s')");

            String together = ask(world, b, new Requests().parse(name, "SELECT lastval()").bind(name).execute(0).sync());
            ask(world, a, "SELECT nextval('s')");
            String later = ask(world, b, new Requests().bind(name).execute(0).sync());

            assertThat(together).as("name '%s'", name).contains("C55000").endsWith("Z(I) ");
            assertThat(later).as("name '%s'", name).contains("C55000").endsWith("Z(I) ");
        }
    }

    @Test
    void pipelineWaitsForWhatStandsBefore() {
        LinkWorld world = world(1, "");
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, "SELECT nextval('s')");

        String answer = ask(world, b, new Requests().query("SELECT 'b.1'").query("SELECT lastval()").query("SELECT 'b.2'"));

        assertThat(answer).contains("b.1", "C55000", "b.2");
    }

    @Test
    void withAnyItIsWhoeversHadTheServer() {
        LinkWorld world = world(1, "sequence_values = any\n");
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        String strangers = value(ask(world, a, "SELECT nextval('s')"));

        assertThat(value(ask(world, b, "SELECT lastval()"))).isEqualTo(strangers);
    }
}
