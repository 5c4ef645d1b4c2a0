package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** What a server is told before its client's next request, and what comes of it. */
class BridgeTest {
    private static final Config ONE_SERVER = SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\n");

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    private static String got(ScriptedClient client) {
        return ScriptedClient.describe(client.takeReceived());
    }

    @Test
    void valueThatPostgresRefusesIsItsErrorForTheClientAndCostsNoServer() {
        for (int cut = 0; cut < 140; cut++) {
            LinkWorld world = new LinkWorld(ONE_SERVER, 1);
            ScriptedClient other = world.login(0, "application_name", "other");
            ScriptedClient client = world.login(0, "application_name", "client", "TimeZone", "nonsense");
            world.step(other, query("SELECT 'b.1'"));
            got(other);
            world.postgres.outputBudget(cut);

            world.step(client, query("SELECT 'a.1'"));
            world.step(other, query("SHOW application_name"));

            String what = "replies cut at " + cut;
            assertThat(got(client)).as(what).isEqualTo("E(SFATAL|C22023|Minvalid value for parameter \"TimeZone\": \"nonsense\"|) ");
            assertThat(client.ended()).as(what).isTrue();
            assertThat(got(other)).as(what).isEqualTo("T(|token|) D(|other) C(SELECT 1|) Z(I) ");
            assertThat(world.postgres.opened()).as(what).isEqualTo(1);
            assertThat(world.postgres.complaints()).as(what).isEmpty();
            assertThat(world.pooler.buffersTaken()).as(what).isZero();
        }
    }

    /** As PgBouncer before 1.26: what else is SET stays where it is. */
    @Test
    void withStateOffFiveParametersFollowAndThoseThatAreNamed() {
        Config config = SimulatedPooler.config(
                "pool_mode = transaction\ndefault_pool_size = 1\nsession_state = off\ntrack_extra_parameters = IntervalStyle\n");
        LinkWorld world = new LinkWorld(config, 1);
        world.postgres.standard("search_path", "public");
        world.postgres.standard("IntervalStyle", "postgres");
        ScriptedClient a = world.login(0, "TimeZone", "Zone/1");
        ScriptedClient b = world.login(0);

        world.step(a, query("SET search_path = 'mine'"));
        world.step(a, query("SET IntervalStyle = 'iso_8601'"));
        assertThat(got(a)).contains("S(search_path|mine|)");
        world.step(b, query("SHOW search_path"));
        world.step(b, query("SHOW IntervalStyle"));
        world.step(b, query("SHOW TimeZone"));
        assertThat(got(b)).contains("D(|mine)", "D(|postgres)", "D(|Etc/UTC)");
        world.step(a, query("SHOW TimeZone"));
        assertThat(got(a)).contains("D(|Zone/1)");

        ScriptedClient refused = world.pooler.connect(0, world.outside);
        refused.send(Requests.startup("user", "someone", "database", "db", "search_path", "x"));
        world.settle();
        assertThat(got(refused)).contains("unsupported startup parameter: search_path");
        assertThat(world.postgres.complaints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET ALL", "DISCARD ALL", "RESET TimeZone", "SET TimeZone TO DEFAULT", "SET TimeZone='Zone/2'; RESET ALL"})
    void valueOfTheLoginIsThereAgainBeforeAResetIsAnswered(String reset) {
        for (String mode : List.of("transaction", "session")) {
            for (int cut = 0; cut < 300; cut += 3) {
                LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = " + mode + "\ndefault_pool_size = 1\n"), 1);
                ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
                world.step(client, query("SELECT 'a.1'"));
                got(client);
                world.postgres.outputBudget(cut);

                world.step(client, query(reset));
                String answer = got(client);
                world.step(client, query("SHOW TimeZone"));

                String what = mode + ", replies cut at " + cut;
                // What it is told last is what it has, and never what only the server's own login gave.
                assertThat(answer).as(what).doesNotContain("Etc/UTC").endsWith("Z(I) ");
                assertThat(got(client)).as(what).isEqualTo("T(|token|) D(|Zone/1) C(SELECT 1|) Z(I) ");
                world.assertClean(what);
            }
        }
    }

    @Test
    void clientIsToldOfTheValueThatAResetBringsBack() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
        world.step(client, query("SET TimeZone='Zone/2'"));
        got(client);

        world.step(client, query("RESET ALL"));

        assertThat(got(client)).isEqualTo("C(RESET|) S(TimeZone|Zone/1|) Z(I) ");
    }

    @Test
    void valueThatIsSetToTheServersOwnStays() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
        ScriptedClient other = world.login(0);
        world.step(client, query("SET TimeZone='Etc/UTC'"));
        assertThat(got(client)).isEqualTo("C(SET|) S(TimeZone|Etc/UTC|) Z(I) ");

        for (String sql : List.of("SET DateStyle='SQL, MDY'", "RESET DateStyle", "SET application_name='x'")) {
            world.step(other, query("DISCARD ALL"));
            world.step(client, query(sql));
            got(client);
            world.step(client, query("SHOW TimeZone"));
            assertThat(got(client)).as(sql).isEqualTo("T(|token|) D(|Etc/UTC) C(SELECT 1|) Z(I) ");
        }
        world.assertClean("at the end");
    }

    @Test
    void nothingOfOursStandsWithinANoticeThatComesInParts() {
        for (int cut = 0; cut < 120; cut++) {
            LinkWorld world = new LinkWorld(ONE_SERVER, 1);
            ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
            world.step(client, query("SELECT 'a.1'"));
            got(client);
            world.postgres.outputBudget(cut);
            client.send(query("RESET ALL"));
            world.network.runUntilIdle();
            world.outside.perform(() -> world.postgres.backends().getFirst().sayUnasked("by the way"));
            world.postgres.outputBudget(14);
            world.network.runUntilIdle();
            world.settle();

            String what = "replies cut at " + cut;
            String answer = got(client);
            assertThat(answer.replaceAll("N\\([^)]*\\) |S\\(TimeZone\\|[^)]*\\) ", "")).as(what).isEqualTo("C(RESET|) Z(I) ");
            assertThat(world.postgres.complaints()).as(what).isEmpty();
        }
    }

    @Test
    void resetThatIsRolledBackAndOneInATransactionEndAsInPostgres() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0, "TimeZone", "Zone/1");

        world.step(client, query("BEGIN"));
        got(client);
        world.step(client, query("RESET ALL"));
        assertThat(got(client)).isEqualTo("C(RESET|) Z(T) ");
        world.step(client, query("COMMIT"));
        assertThat(got(client)).isEqualTo("C(COMMIT|) Z(I) ");
        world.step(client, query("SHOW TimeZone"));
        assertThat(got(client)).isEqualTo("T(|token|) D(|Zone/1) C(SELECT 1|) Z(I) ");
        world.assertClean("at the end");
    }

    @Test
    void requestsBehindAResetAreAnsweredInOrder() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0, "TimeZone", "Zone/1");

        world.step(client, new Requests().query("RESET TimeZone").query("SELECT 'a.1'").query("SELECT 'a.2'").toBytes());
        assertThat(got(client)).isEqualTo("C(RESET|) Z(I) T(|token|) D(|a.1) C(SELECT 1|) Z(I) T(|token|) D(|a.2) C(SELECT 1|) Z(I) ");
        world.step(client, query("SHOW TimeZone"));
        assertThat(got(client)).isEqualTo("T(|token|) D(|Zone/1) C(SELECT 1|) Z(I) ");
        world.assertClean("at the end");
    }

    @Test
    void clientIsWelcomedWithWhatTheNewestServerSays() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient early = world.login(0);
        ScriptedClient first = world.login(0);
        world.step(first, query("SELECT 'a.1'"));
        got(first);
        world.postgres.standard("TimeZone", "Zone/New");
        world.postgres.terminateAll();
        world.network.advance(1_000_000_000L);

        world.step(first, query("SHOW TimeZone"));
        assertThat(got(first)).as("has kept what it was told").contains("D(|Etc/UTC)");
        world.step(early, query("SHOW TimeZone"));
        assertThat(got(early)).as("never had a server").isEqualTo("S(TimeZone|Zone/New|) T(|token|) D(|Zone/New) C(SELECT 1|) Z(I) ");
        ScriptedClient late = world.pooler.connect(0, world.outside);
        late.send(Requests.startup("user", "someone", "database", "db"));
        world.network.runUntilIdle();
        assertThat(got(late)).contains("S(TimeZone|Zone/New|)");
        world.step(late, query("SHOW TimeZone"));
        assertThat(got(late)).contains("D(|Zone/New)");
    }

    @Test
    void promotionIsToldToThoseWhoComeAfterIt() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        world.postgres.standard("in_hot_standby", "on");
        ScriptedClient client = world.login(0);
        world.step(client, query("SELECT 'a.1'"));
        got(client);
        world.outside.perform(() -> world.postgres.backends().getFirst().parameterUnasked("in_hot_standby", "off"));
        world.network.runUntilIdle();

        ScriptedClient late = world.pooler.connect(0, world.outside);
        late.send(Requests.startup("user", "someone", "database", "db"));
        world.network.runUntilIdle();

        assertThat(got(late)).contains("S(in_hot_standby|off|)");
    }

    /** As where the last client has left a statement_timeout that nothing can keep. */
    @Test
    void serverThatCannotRunTheStatementsIsClosed() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0, "application_name", "too late");
        ScriptedClient other = world.login(0, "application_name", "other");

        world.step(client, query("SELECT 'a.1'"));
        world.step(other, query("SHOW application_name"));

        assertThat(got(client)).startsWith("E(SFATAL|");
        assertThat(got(other)).isEqualTo("T(|token|) D(|other) C(SELECT 1|) Z(I) ");
        assertThat(world.postgres.opened()).isEqualTo(2);
    }

    /** As Npgsql does with a connection that it takes out of its own pool. */
    @ParameterizedTest
    @CsvSource({"DISCARD ALL, 0", "reset  all;, 0", "DISCARD ALL, 5", "reset  all;, 5"})
    void requestsInOneWriteWithAResetFindTheValuesOfTheLogin(String reset, int maxPreparedStatements) {
        Config config = SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nmax_prepared_statements = " + maxPreparedStatements + "\n");
        Requests requests = new Requests().query(reset).parse("", "SHOW TimeZone").bind("").execute(0).sync();
        int length = requests.toBytes().length;
        for (int cut = 0; cut < length; cut++) {
            LinkWorld world = new LinkWorld(config, 1);
            ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
            ScriptedClient other = world.login(0);
            client.send(new Requests().parse("s", "SELECT $1").sync().toBytes());
            world.settle();
            got(client);
            other.send(query("SELECT 'b.1'"));
            world.settle();
            world.requestCut = cut;

            world.step(client, requests.toBytes());

            String what = "requests cut at " + cut;
            assertThat(got(client)).as(what).endsWith("Z(I) 1 2 D(|Zone/1) C(SELECT 1|) Z(I) ").doesNotContain("Etc/UTC");
            world.step(other, query("SHOW TimeZone"));
            assertThat(got(other)).as(what).contains("D(|Etc/UTC)");
            world.assertClean(what);
        }
    }

    @Test
    void resetThatFailsHoldsNobodyUp() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
        world.step(client, query("BEGIN; ERROR 'a.1'"));
        got(client);

        world.step(client, new Requests().query("DISCARD ALL").query("ROLLBACK").query("SELECT 'a.2'").toBytes());

        assertThat(got(client)).contains("C25P02").endsWith("C(ROLLBACK|) Z(I) T(|token|) D(|a.2) C(SELECT 1|) Z(I) ");
        world.assertClean("at the end");
    }

    @Test
    void resetThatIsSkippedHoldsNobodyUp() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0, "TimeZone", "Zone/1");

        world.step(client, new Requests().bind("nobody").query("SELECT 'a.1'").query("DISCARD ALL").sync().query("SELECT 'a.2'").toBytes());

        assertThat(got(client)).contains("C26000").endsWith("Z(I) T(|token|) D(|a.2) C(SELECT 1|) Z(I) ").doesNotContain("a.1");
        world.assertClean("at the end");
    }

    @Test
    void resetThatComesToAServerThatSkipsHoldsNobodyUp() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
        world.step(client, new Requests().bind("nobody").flush().toBytes());
        assertThat(got(client)).contains("C26000");

        world.step(client, new Requests().query("DISCARD ALL").sync().query("SELECT 'a.2'").toBytes());

        assertThat(got(client)).endsWith("Z(I) T(|token|) D(|a.2) C(SELECT 1|) Z(I) ");
        world.assertClean("at the end");
    }

    @Test
    void resetBehindOneThatIsSkippedIsWaitedFor() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
        world.step(client, new Requests().bind("nobody").flush().toBytes());

        world.step(client, new Requests().query("DISCARD ALL").sync().query("DISCARD ALL").query("SHOW TimeZone").toBytes());

        assertThat(got(client)).contains("D(|Zone/1)");
        world.assertClean("at the end");
    }
}
