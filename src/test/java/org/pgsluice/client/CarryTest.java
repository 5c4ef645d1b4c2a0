package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedBackend;
import org.pgsluice.simulation.ScriptedClient;

/** What clients leave in their sessions follows them, or holds their server, and never reaches another. */
class CarryTest {
    private static final String ONE_ROW = "C(SELECT 1|) Z(I) ";

    private static Config config(int servers) {
        return SimulatedPooler.config("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = " + servers + "\nmax_prepared_statements = 10\n");
    }

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    private static String got(ScriptedClient client) {
        return ScriptedClient.describe(client.takeReceived());
    }

    private static String shown(LinkWorld world, ScriptedClient client, String name) {
        got(client);
        world.step(client, query("SHOW " + name));
        String row = got(client);
        assertThat(row).endsWith(ONE_ROW);
        return row.substring(row.indexOf("D(|") + 3, row.indexOf(") C(SELECT"));
    }

    private static ScriptedBackend backend(LinkWorld world) {
        return world.postgres.backends().getFirst();
    }

    @Test
    void settingFollowsItsClientAndReachesNobodyElse() {
        for (int cut = 0; cut < 300; cut += 11) {
            LinkWorld world = new LinkWorld(config(1), 1);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.postgres.outputBudget(cut);

            world.step(a, query("SET work_mem = 'large'"));
            String answer = got(a);
            String ofStranger = shown(world, b, "work_mem");
            String own = shown(world, a, "work_mem");

            String what = "replies cut at " + cut;
            assertThat(answer).as(what).isEqualTo("C(SET|) Z(I) ");
            assertThat(ofStranger).as(what).isNotEqualTo("large");
            assertThat(own).as(what).isEqualTo("large");
            assertThat(world.postgres.opened()).as(what).isEqualTo(1);
            world.assertClean(what);
        }
    }

    @Test
    void whatTheClientSendsMeanwhileIsKept() {
        byte[] both = new Requests().query("SET app.tenant = 'acme'").query("SHOW app.tenant").toBytes();
        for (int cut = 1; cut < both.length; cut += 3) {
            LinkWorld world = new LinkWorld(config(1), 1);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.requestCut = cut;

            world.step(a, both);

            String what = "requests cut at " + cut;
            assertThat(got(a)).as(what).isEqualTo("C(SET|) Z(I) T(|token|) D(|acme) C(SELECT 1|) Z(I) ");
            assertThat(shown(world, b, "app.tenant")).as(what).isEmpty();
            assertThat(shown(world, a, "app.tenant")).as(what).isEqualTo("acme");
            world.assertClean(what);
        }
    }

    @Test
    void clientWithMoreSettingsThanAreCarriedKeepsItsServer() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        for (int i = 0; i < 20; i++) {
            world.step(a, query("SET app.v" + i + " = '" + "x".repeat(60_000) + i + "'"));
            assertThat(got(a)).endsWith("C(SET|) Z(I) ");
        }

        assertThat(shown(world, b, "app.v19")).doesNotContain("x");
        assertThat(shown(world, a, "app.v0")).endsWith("x0");
        assertThat(shown(world, a, "app.v19")).endsWith("x19");
        assertThat(world.pooler.log.lines()).filteredOn(line -> line.contains("has more settings than may be carried")).hasSize(1);

        a.close();
        world.settle();
        assertThat(world.postgres.backends()).as("nobody else gets that server").hasSize(1);
        assertThat(shown(world, b, "app.v19")).doesNotContain("x");
    }

    @Test
    void nothingIsAskedWithoutAReason() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.login(0);

        world.step(a, query("SELECT 'a.1'"));
        world.step(a, query("SET TimeZone = 'Zone/1'"));
        world.step(a, query("BEGIN"));
        world.step(a, query("SET LOCAL work_mem = '1'"));
        world.step(a, query("COMMIT"));

        assertThat(backend(world).session().holdings().asked()).isEmpty();
        assertThat(got(a)).doesNotContain("E(");
    }

    @Test
    void inATransactionItWaitsForTheEnd() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.login(0);

        world.step(a, query("BEGIN"));
        world.step(a, query("SET work_mem = 'large'"));
        assertThat(backend(world).session().holdings().asked()).isEmpty();
        world.step(a, query("COMMIT"));

        assertThat(backend(world).session().holdings().asked()).hasSize(1);
    }

    @Test
    void withoutCarryNobodyIsAsked() {
        LinkWorld world = new LinkWorld(SimulatedPooler.config("session_state = reported\npool_mode = transaction\ndefault_pool_size = 1\n"), 1);
        ScriptedClient a = world.login(0);

        world.step(a, query("SET work_mem = 'large'"));
        world.step(a, query("SELECT pg_advisory_lock(1)"));

        assertThat(backend(world).session().holdings().asked()).isEmpty();
        assertThat(backend(world).session().holdings().locks()).isEqualTo(1);
    }

    @Test
    void lockHoldsTheServerUntilItIsGone() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        world.step(a, query("SELECT pg_advisory_lock(1)"));
        ScriptedBackend locked = backend(world);
        world.step(b, query("SELECT 'b.1'"));
        assertThat(got(b)).endsWith(ONE_ROW);
        assertThat(world.postgres.opened()).as("b has a server of its own").isEqualTo(2);

        world.step(a, query("SELECT 'a.1'"));
        assertThat(locked.session().holdings().locks()).isOne();
        world.step(a, query("SELECT pg_advisory_unlock(1)"));

        assertThat(locked.session().holdings().locks()).isZero();
        world.assertClean("lock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT pg_advisory_lock(1)", "CREATE TEMP TABLE x"})
    void serverIsCleanedOfWhatAClientLeavesBehind(String sql) {
        for (int cut = 0; cut < 300; cut += 23) {
            LinkWorld world = new LinkWorld(config(1), 1);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.postgres.outputBudget(cut);
            world.step(a, query(sql));

            a.close();
            world.settle();
            world.step(b, query("SELECT 'b.1'"));

            String what = sql + ", replies cut at " + cut;
            assertThat(got(b)).as(what).endsWith(ONE_ROW);
            assertThat(backend(world).session().holdings().locks() + backend(world).session().holdings().tables()).as(what).isZero();
            assertThat(world.postgres.opened()).as(what).isEqualTo(1);
            world.assertClean(what);
        }
    }

    @Test
    void clientThatLeavesWhileWeAskCostsNoServer() {
        for (int cut = 0; cut < 200; cut += 5) {
            LinkWorld world = new LinkWorld(config(1), 1);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.step(a, query("SELECT 'a.1'"));
            got(a);
            world.postgres.outputBudget(cut);
            a.send(query("SET work_mem = 'large'"));
            world.network.runUntilIdle();
            boolean answered = got(a).endsWith("Z(I) ");

            a.close();
            world.settle();

            String what = "left with replies cut at " + cut;
            assertThat(shown(world, b, "work_mem")).as(what).isNotEqualTo("large");
            if (answered) {
                assertThat(world.postgres.opened()).as(what).isEqualTo(1);
            }
            assertThat(world.pooler.buffersTaken()).as(what).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET ALL", "DISCARD ALL", "RESET work_mem", "SET work_mem TO DEFAULT"})
    void resetInASessionBringsBackWhatTheLoginAskedFor(String reset) {
        for (int cut = 0; cut < 300; cut += 13) {
            LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = session\nsession_state = carry\n"), 1);
            ScriptedClient a = world.login(0, "work_mem", "large", "lock_timeout", "5s", "app.tenant", "acme");
            world.step(a, query("SET work_mem = 'other'"));
            world.postgres.outputBudget(cut);

            world.step(a, query(reset));
            world.step(a, query("SET lock_timeout = '7s'"));

            String what = "replies cut at " + cut;
            assertThat(shown(world, a, "work_mem")).as(what).isEqualTo("large");
            assertThat(shown(world, a, "app.tenant")).as(what).isEqualTo("acme");
            assertThat(shown(world, a, "lock_timeout")).as(what).isEqualTo("7s");
            world.assertClean(what);
        }
    }

    /** As where the role that the client before has left was dropped, or its statement_timeout is too short for us. */
    @ParameterizedTest
    @ValueSource(strings = {"42704", "57014"})
    void serverThatFailsByWhatAnotherClientLeftIsClosedAndTheNextClientGetsAnother(String error) {
        for (int cut = 0; cut < 300; cut += 7) {
            LinkWorld world = new LinkWorld(config(1), 1);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0, "work_mem", "large");
            world.step(a, query("SET gone = '" + error + "'"));
            world.postgres.outputBudget(cut);

            world.step(b, query("SELECT 'b.1'"));
            String answer = got(b);
            world.step(b, query("SHOW work_mem"));

            String what = "replies cut at " + cut;
            assertThat(answer).as(what).isEqualTo("T(|token|) D(|b.1) C(SELECT 1|) Z(I) ");
            assertThat(got(b)).as(what).contains("D(|large)");
            assertThat(world.postgres.opened()).as(what).isEqualTo(2);
            assertThat(world.postgres.complaints()).as(what).isEmpty();
            assertThat(world.pooler.buffersTaken()).as(what).isZero();
        }
    }

    @Test
    void questionThatIsCutShortIsAskedAgainWithoutATimeout() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);

        world.step(a, query("SET statement_timeout = 1"));

        assertThat(backend(world).session().holdings().asked()).hasSize(2);
        assertThat(shown(world, b, "statement_timeout")).isNotEqualTo("1");
        assertThat(shown(world, a, "statement_timeout")).isEqualTo("1");
        assertThat(world.postgres.opened()).isEqualTo(1);
    }

    @Test
    void startupParameterFollowsItsClient() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.login(0, "work_mem", "large", "options", "-c app.tenant=acme\\ co --lock-timeout=5s");
        ScriptedClient b = world.login(0);

        assertThat(shown(world, a, "work_mem")).isEqualTo("large");
        assertThat(shown(world, a, "app.tenant")).isEqualTo("acme co");
        assertThat(shown(world, a, "lock_timeout")).isEqualTo("5s");
        assertThat(shown(world, b, "work_mem")).isNotEqualTo("large");
        assertThat(shown(world, a, "work_mem")).isEqualTo("large");
        world.assertClean("startup");
    }

    /** A custom setting is empty after a RESET, and empty it may have been SET. */
    @Test
    void resetBringsBackACustomSettingOfTheLogin() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.login(0, "app.tenant", "acme");

        for (String reset : List.of("RESET ALL", "RESET app.tenant", "DISCARD ALL")) {
            world.step(a, query("SET app.tenant = ''"));
            assertThat(shown(world, a, "app.tenant")).isEmpty();
            world.step(a, query(reset));
            assertThat(shown(world, a, "app.tenant")).as(reset).isEqualTo("acme");
        }
        world.assertClean("custom");
    }

    @Test
    void statementThatHidesWhatItSetsIsAskedAboutEverySettingOfTheLogins() {
        LinkWorld world = new LinkWorld(config(1), 1);
        world.login(0, "app.tenant", "acme");
        ScriptedClient a = world.login(0);

        world.step(a, query("CALL something()"));

        assertThat(backend(world).session().holdings().asked()).singleElement().asString().contains("'app.tenant'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET ALL", "DISCARD ALL", "RESET work_mem"})
    void resetBringsBackWhatTheLoginAskedFor(String reset) {
        byte[] both = new Requests().query(reset).query("SHOW work_mem").toBytes();
        for (int cut = 0; cut < 300; cut += 23) {
            LinkWorld world = new LinkWorld(config(1), 1);
            ScriptedClient a = world.login(0, "work_mem", "large");
            world.step(a, query("SET work_mem = 'small'"));
            assertThat(shown(world, a, "work_mem")).isEqualTo("small");
            world.postgres.outputBudget(cut);

            world.step(a, reset.endsWith("ALL") ? both : query(reset));

            String what = reset + ", replies cut at " + cut;
            assertThat(shown(world, a, "work_mem")).as(what).isEqualTo("large");
            world.assertClean(what);
        }
    }

    @Test
    void errorOfAStartupParameterIsPostgresOwn() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient b = world.login(0);
        ScriptedClient a = world.pooler.connect(0, world.outside);

        a.send(Requests.startup("user", "someone", "database", "db", "work_mem", "nonsense"));
        world.settle();
        world.step(b, query("SELECT 'b.1'"));

        assertThat(got(a)).isEqualTo("E(SFATAL|C22023|Minvalid value for parameter \"work_mem\": \"nonsense\"|) ");
        assertThat(a.ended()).isTrue();
        assertThat(got(b)).endsWith(ONE_ROW);
        assertThat(world.postgres.opened()).isEqualTo(1);
    }

    @Test
    void whatAServerHasTakenOnceIsNotAskedForAgain() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.login(0, "work_mem", "large");
        world.step(a, query("BEGIN"));

        // The only server is taken, and yet another client with the same settings gets in.
        ScriptedClient b = world.login(0, "work_mem", "large");
        world.step(a, query("COMMIT"));

        assertThat(shown(world, b, "work_mem")).isEqualTo("large");
    }

    @Test
    void whatStandsBehindTheStartupPacketWaitsForTheCheck() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.pooler.connect(0, world.outside);

        byte[] startup = Requests.startup("user", "someone", "database", "db", "work_mem", "large");
        byte[] query = query("SHOW work_mem");
        byte[] both = Arrays.copyOf(startup, startup.length + query.length);
        System.arraycopy(query, 0, both, startup.length, query.length);
        a.send(both);
        world.settle();

        assertThat(got(a)).endsWith("D(|large) C(SELECT 1|) Z(I) ");
        world.assertClean("startup");
    }
}
