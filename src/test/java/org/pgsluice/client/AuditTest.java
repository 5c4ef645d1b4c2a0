package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedBackend;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.stats.SessionCounters;

/** What statements leave in a session that nobody suspects: each so-manieth server is asked all the same. */
class AuditTest {
    private static LinkWorld world(String settings) {
        return new LinkWorld(SimulatedPooler.config("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = 1\n" + settings), 1);
    }

    private static String ask(LinkWorld world, ScriptedClient client, String sql) {
        client.takeReceived();
        world.step(client, new Requests().query(sql).toBytes());
        return ScriptedClient.describe(client.takeReceived());
    }

    private static SessionCounters counters(LinkWorld world) {
        return world.pooler.books.registry().pools().getFirst().totals().session;
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "setting"})
    void serverThatHasWhatNobodyKnowsIsClosedAndItsClientGoesOn(String hidden) {
        for (int cut = 0; cut < 300; cut += 7) {
            LinkWorld world = world("session_audit = 2\n");
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            assertThat(ask(world, a, "SELECT hides('" + hidden + "')")).endsWith("Z(I) ");
            world.postgres.outputBudget(cut);

            String what = "replies cut at " + cut;
            assertThat(ask(world, b, "SELECT 'b.1'")).as(what).endsWith("D(|b.1) C(SELECT 1|) Z(I) ");
            assertThat(ask(world, b, "SHOW work_mem")).as(what).doesNotContain("hidden").endsWith("Z(I) ");
            assertThat(ask(world, a, "SELECT 'a.1'")).as(what).endsWith("Z(I) ");
            assertThat(world.postgres.backends().stream().mapToInt(backend -> backend.session().holdings().locks()).sum()).as(what).isZero();
            assertThat(world.postgres.opened()).as(what).isEqualTo(2);
            assertThat(counters(world).leaks).as(what).isOne();
            String left = hidden.equals("lock") ? "advisory lock" : "work_mem";
            assertThat(world.pooler.log.lines()).anyMatch(line -> line.endsWith("session_audit: statements that nobody suspected have left: " + left));
            assertThat(world.pooler.buffersTaken()).as(what).isZero();
        }
    }

    @Test
    void whatIsKnownIsNoLeak() {
        LinkWorld world = world("session_audit = 1\nmax_prepared_statements = 10\n");
        ScriptedClient a = world.login(0, "work_mem", "large", "app.tenant", "acme");
        ScriptedClient b = world.login(0);
        for (int i = 0; i < 3; i++) {
            ask(world, a, "SET lock_timeout = '" + i + "s'");
            ask(world, a, "SET TimeZone = 'Zone/1'");
            ask(world, a, "PREPARE s" + i + " AS SELECT 'a.1'");
            ask(world, a, "RESET app.tenant");
            ask(world, b, "SELECT 'b.1'");
        }

        assertThat(counters(world).audits).isPositive();
        assertThat(counters(world).leaks).isZero();
        assertThat(world.postgres.opened()).isEqualTo(1);
        world.assertClean("audit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"session_audit = 0\n", "session_audit = 1\nsession_state = reported\n"})
    void nobodyIsAskedWhereThatIsOff(String settings) {
        LinkWorld world = world(settings);
        ScriptedClient a = world.login(0);
        ask(world, a, "SELECT 'a.1'");
        ask(world, a, "SELECT 'a.2'");

        assertThat(world.postgres.backends().stream().map(ScriptedBackend::session).mapToInt(session -> session.holdings().asked().size()).sum()).isZero();
    }

    @Test
    void clientThatLeavesMeanwhileCostsNoServer() {
        for (int cut = 0; cut < 200; cut += 5) {
            LinkWorld world = world("session_audit = 1\n");
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            ask(world, a, "SELECT 'a.1'");
            world.postgres.outputBudget(cut);
            a.send(new Requests().query("SELECT 'a.2'").toBytes());
            world.network.runUntilIdle();
            boolean answered = ScriptedClient.describe(a.takeReceived()).endsWith("Z(I) ");
            a.close();
            world.settle();

            assertThat(ask(world, b, "SELECT 'b.1'")).endsWith("D(|b.1) C(SELECT 1|) Z(I) ");
            if (answered) {
                assertThat(world.postgres.opened()).as("left with replies cut at " + cut).isEqualTo(1);
            }
            assertThat(world.pooler.buffersTaken()).isZero();
        }
    }

    @Test
    void reasonsAreCounted() {
        LinkWorld world = world("max_pinned_servers = 1\n");
        ScriptedClient a = world.login(0);
        ask(world, a, "SELECT pg_advisory_lock(1)");
        ask(world, a, "CREATE TEMP TABLE x");
        ask(world, world.login(0), "CREATE TEMP TABLE x");

        assertThat(counters(world).pins).startsWith(1, 2);
        assertThat(counters(world).refusals).isOne();
        assertThat(counters(world).questions).isGreaterThan(2);
    }
}
