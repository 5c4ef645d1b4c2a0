package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedBackend;
import org.pgsluice.simulation.ScriptedClient;

/** What clients prepare by SQL follows them from server to server, and nobody else meets it. */
class PreparedBySqlTest {
    private static final String UNKNOWN = "E(SERROR|C26000|Mprepared statement \"s\" does not exist|) Z(I) ";

    private static LinkWorld world(String settings) {
        return new LinkWorld(SimulatedPooler.config("pool_mode = transaction\nsession_state = carry\nmax_pinned_servers = 0\nmax_prepared_statements = 10\n"
                + settings), 1);
    }

    private static LinkWorld world() {
        return world("default_pool_size = 1\n");
    }

    private static String ask(LinkWorld world, ScriptedClient client, String sql) {
        return ask(world, client, new Requests().query(sql));
    }

    private static String ask(LinkWorld world, ScriptedClient client, Requests requests) {
        client.takeReceived();
        world.step(client, requests.toBytes());
        return ScriptedClient.describe(client.takeReceived());
    }

    private static String row(String token) {
        return "T(|token|) D(|" + token + ") C(SELECT 1|) Z(I) ";
    }

    private static ScriptedBackend backend(LinkWorld world) {
        return world.postgres.backends().getFirst();
    }

    @Test
    void statementFollowsItsClientAndReachesNobodyElse() {
        for (int cut = 0; cut < 400; cut += 7) {
            LinkWorld world = world();
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.postgres.outputBudget(cut);

            String what = "replies cut at " + cut;
            assertThat(ask(world, a, "PREPARE s AS SELECT 'a.1'")).as(what).isEqualTo("C(PREPARE|) Z(I) ");
            assertThat(ask(world, b, "EXECUTE s")).as(what).isEqualTo(UNKNOWN);
            assertThat(ask(world, b, "PREPARE s AS SELECT 'b.1'")).as(what).isEqualTo("C(PREPARE|) Z(I) ");
            assertThat(ask(world, a, "EXECUTE s")).as(what).isEqualTo(row("a.1"));
            assertThat(ask(world, b, "EXECUTE s")).as(what).isEqualTo(row("b.1"));
            assertThat(world.postgres.opened()).as(what).isEqualTo(1);
            assertThat(world.postgres.complaints()).as(what).isEmpty();
            assertThat(world.pooler.buffersTaken()).as(what).isZero();
        }
    }

    @Test
    void inATransactionItIsThereAsWell() {
        LinkWorld world = world();
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, "PREPARE s AS SELECT 'a.1'");
        ask(world, b, "SELECT 'b.1'");

        ask(world, a, "BEGIN");
        assertThat(ask(world, a, "EXECUTE s")).isEqualTo("T(|token|) D(|a.1) C(SELECT 1|) Z(T) ");
        ask(world, a, "DEALLOCATE s");
        ask(world, a, "PREPARE s AS SELECT 'a.2'");
        ask(world, a, "ROLLBACK");
        ask(world, b, "SELECT 'b.2'");

        // What PREPARE and DEALLOCATE do is not rolled back.
        assertThat(ask(world, a, "EXECUTE s")).isEqualTo(row("a.2"));
        world.assertClean("transaction");
    }

    @Test
    void whatTheServerHasAlreadyIsNotPreparedAgain() {
        LinkWorld world = world();
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, "PREPARE s AS ROWS 1 ''");
        ask(world, b, "PREPARE s AS ROWS 1 ''");
        int prepared = backend(world).session().statements().prepares();
        int asked = backend(world).session().holdings().asked().size();

        for (int i = 0; i < 5; i++) {
            ask(world, a, "EXECUTE s");
            ask(world, b, "EXECUTE s");
        }

        assertThat(backend(world).session().statements().prepares()).isEqualTo(prepared);
        assertThat(backend(world).session().holdings().asked()).as("what an EXECUTE may do is known by its text").hasSize(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEALLOCATE s", "DEALLOCATE ALL", "DISCARD ALL"})
    void deallocatedIsDeallocatedOnEveryServer(String sql) {
        for (int cut = 0; cut < 400; cut += 23) {
            LinkWorld world = world();
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            ask(world, a, "PREPARE s AS SELECT 'a.1'");
            ask(world, b, "SELECT 'b.1'");
            world.postgres.outputBudget(cut);

            assertThat(ask(world, a, sql)).doesNotContain("E(");
            ask(world, b, "SELECT 'b.2'");

            assertThat(ask(world, a, "EXECUTE s")).isEqualTo(UNKNOWN);
            assertThat(world.postgres.opened()).isEqualTo(1);
        }
    }

    @Test
    void protocolUsesItByName() {
        LinkWorld world = world();
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, "PREPARE s AS SELECT 'a.1'");
        ask(world, b, "SELECT 'b.1'");

        assertThat(ask(world, a, new Requests().bind("s").execute(0).sync())).isEqualTo("2 D(|a.1) C(SELECT 1|) Z(I) ");
        assertThat(ask(world, a, new Requests().parse("s", "SELECT 'a.2'").sync())).contains("C42P05|").endsWith("Z(I) ");
        assertThat(ask(world, b, new Requests().bind("s").execute(0).sync())).contains("C26000|").endsWith("Z(I) ");
        assertThat(ask(world, b, new Requests().parse("s", "SELECT 'b.2'").bind("s").execute(0).sync())).contains("D(|b.2)");
        assertThat(ask(world, a, new Requests().closeStatement("s").sync())).isEqualTo("3 Z(I) ");
        ask(world, b, "SELECT 'b.3'");

        assertThat(ask(world, a, "EXECUTE s")).isEqualTo(UNKNOWN);
        assertThat(ask(world, a, new Requests().parse("s", "SELECT 'a.3'").bind("s").execute(0).sync())).contains("D(|a.3)");
        assertThat(world.postgres.opened()).isEqualTo(1);
        assertThat(world.postgres.complaints()).isEmpty();
    }

    @Test
    void statementThatCannotBePreparedAgainFailsOnlyWhereItIsUsed() {
        LinkWorld world = world();
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, "PREPARE r AS SELECT 'a.0'");
        ask(world, a, "PREPARE s AS SELECT 'a.1'");
        ask(world, a, "SET broken = '1'");
        ask(world, b, "SELECT 'b.1'");

        assertThat(ask(world, a, "SELECT 'a.2'")).isEqualTo(row("a.2"));
        assertThat(ask(world, a, "EXECUTE s")).isEqualTo(UNKNOWN);
        assertThat(ask(world, b, "SELECT 'b.2'")).isEqualTo(row("b.2"));
        ask(world, a, "DEALLOCATE ALL");
        assertThat(ask(world, a, "SELECT 'a.3'")).isEqualTo(row("a.3"));
        assertThat(world.postgres.opened()).isEqualTo(1);
        assertThat(world.postgres.complaints()).isEmpty();
    }

    @Test
    void whatAClientLeavesBehindIsNobodys() {
        LinkWorld world = world();
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, "PREPARE s AS SELECT 'a.1'");
        world.step(a, new Requests().query("PREPARE t AS SELECT 'a.2'").toBytes());
        a.send(new Requests().terminate().toBytes());
        world.settle();

        assertThat(ask(world, b, "EXECUTE s")).isEqualTo(UNKNOWN);
        assertThat(ask(world, b, "EXECUTE t")).contains("C26000|");
        assertThat(world.postgres.opened()).isEqualTo(1);
    }

    /** Texts that are not certain to be one PREPARE and nothing else, or too many. */
    @ParameterizedTest
    @ValueSource(strings = {"PREPARE s AS SELECT '\u00e9'", "PREPARE k AS SELECT 'a.1'"})
    void whatCannotBePreparedElsewhereHoldsTheServer(String sql) {
        LinkWorld world = world("default_pool_size = 1\n");
        ScriptedClient a = world.login(0);
        for (int i = 0; i < 10 && sql.contains(" k "); i++) {
            assertThat(ask(world, a, "PREPARE a" + i + " AS SELECT 'a.1'")).isEqualTo("C(PREPARE|) Z(I) ");
        }

        assertThat(ask(world, a, sql)).contains("C53300|", "prepared statement");
        assertThat(ask(world, a, "SELECT 'a.1'")).isEqualTo(row("a.1"));
        List<String> left = List.copyOf(backend(world).session().statements().ofSql().keySet());
        assertThat(left).as("only what is beyond is taken back").hasSize(sql.contains(" k ") ? 10 : 0);
    }
}
