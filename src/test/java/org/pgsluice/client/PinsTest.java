package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.LinkConditions;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedBackend;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.SimulatedNetwork;

/** How many servers may stay with clients for their sessions, and what becomes of the client that would be one too many. */
class PinsTest {
    private static final String LOCK = "SELECT pg_advisory_lock(1)";

    /** Is suspected and leaves nothing. */
    private static final byte[] LOCKED_AND_UNLOCKED =
            new Requests().query("BEGIN").query(LOCK).query("SELECT pg_advisory_unlock(1)").query("COMMIT").toBytes();

    private static LinkWorld world(String settings) {
        return new LinkWorld(SimulatedPooler.config("session_state = carry\nmax_prepared_statements = 10\n" + settings), 1);
    }

    private static String ask(LinkWorld world, ScriptedClient client, String sql) {
        client.takeReceived();
        world.step(client, new Requests().query(sql).toBytes());
        return ScriptedClient.describe(client.takeReceived());
    }

    private static int locks(LinkWorld world) {
        return world.postgres.backends().stream().map(ScriptedBackend::session).mapToInt(session -> session.holdings().locks()).sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {LOCK, "CREATE TEMP TABLE x"})
    void clientBeyondTheLimitGetsAnErrorAndItsServerIsClean(String sql) {
        for (int cut = 0; cut < 300; cut += 13) {
            LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 2\n");
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            ScriptedClient c = world.login(0);
            assertThat(ask(world, a, LOCK)).endsWith("C(SELECT 1|) Z(I) ");
            world.postgres.outputBudget(cut);

            String refused = ask(world, b, sql);
            String stranger = ask(world, c, "SELECT 'c.1'");
            String later = ask(world, b, "SELECT 'b.1'");

            String what = "replies cut at " + cut;
            assertThat(refused).as(what).contains("|C53300|Mthe session's state cannot be kept: ", "max_pinned_servers = 1 is reached").endsWith(") Z(I) ");
            assertThat(stranger).as(what).endsWith("D(|c.1) C(SELECT 1|) Z(I) ");
            assertThat(later).as(what).endsWith("D(|b.1) C(SELECT 1|) Z(I) ");
            assertThat(locks(world)).as(what).isOne();
            assertThat(world.postgres.opened()).as(what).isEqualTo(2);
            assertThat(world.postgres.complaints()).as(what).isEmpty();
        }
    }

    @Test
    void serverThatStaysStandsBesideThoseThatAreShared() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 1\n");
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, LOCK);

        assertThat(ask(world, b, "SELECT 'b.1'")).endsWith("D(|b.1) C(SELECT 1|) Z(I) ");
        assertThat(ask(world, a, "SELECT 'a.1'")).endsWith("D(|a.1) C(SELECT 1|) Z(I) ");
        assertThat(world.postgres.opened()).isEqualTo(2);

        ask(world, a, "SELECT pg_advisory_unlock(1)");
        ask(world, a, LOCK);
        ask(world, b, "SELECT 'b.2'");
        assertThat(world.postgres.opened()).as("no more than the one that is shared and the one that may stay").isEqualTo(2);
    }

    @Test
    void placeIsFreeAgainWhenTheLockIsGone() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 2\n");
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, LOCK);
        assertThat(ask(world, b, LOCK)).contains("53300");
        ask(world, a, "SELECT pg_advisory_unlock(1)");

        assertThat(ask(world, b, LOCK)).endsWith("C(SELECT 1|) Z(I) ");
        assertThat(ask(world, a, LOCK)).contains("53300");
    }

    @Test
    void placeIsFreeAgainWhenTheClientOrItsServerIsGone() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 2\n");
        ScriptedClient a = world.login(0);
        ask(world, a, LOCK);
        a.send(new Requests().terminate().toBytes());
        world.settle();
        ScriptedClient b = world.login(0);
        assertThat(ask(world, b, LOCK)).endsWith("C(SELECT 1|) Z(I) ");
        world.postgres.backends().forEach(ScriptedBackend::reset);
        world.settle();
        ScriptedClient c = world.login(0);

        assertThat(ask(world, c, LOCK)).endsWith("C(SELECT 1|) Z(I) ");
    }

    @Test
    void whatIsOnlySuspectedTakesNoPlace() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 4\nmax_pinned_servers = 1\n");
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(world.login(0));
        }
        for (ScriptedClient client : clients) {
            assertThat(ask(world, client, "CREATE TEMP TABLE x")).endsWith("Z(I) ").doesNotContain("E(");
            assertThat(ask(world, client, "DROP TABLE x")).endsWith("Z(I) ");
        }
    }

    /** Two are only suspected, and one of the two others stays: which of them are asked first, and answer first, is the seed's doing. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whoMustStayIsNotRefusedForThoseThatAreOnlySuspected(int reactors) {
        Config config = SimulatedPooler.config("session_state = carry\npool_mode = transaction\ndefault_pool_size = 4\nmax_pinned_servers = 1\n");
        for (int seed = 0; seed < 200; seed++) {
            LinkWorld world = new LinkWorld(config, reactors, new SimulatedNetwork(seed));
            List<ScriptedClient> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(world.login(i % reactors));
            }
            clients.forEach(client -> client.send(new Requests().query("SELECT '" + clients.indexOf(client) + ".1'").toBytes()));
            world.settle();
            clients.forEach(ScriptedClient::takeReceived);

            for (ScriptedClient client : clients) {
                client.send(clients.indexOf(client) < 2 ? LOCKED_AND_UNLOCKED : new Requests().query(LOCK).toBytes());
            }
            world.settle();

            List<String> answers = clients.stream().map(client -> ScriptedClient.describe(client.takeReceived())).toList();
            assertThat(answers).as("seed " + seed).allMatch(answer -> answer.endsWith("Z(I) ")).filteredOn(answer -> answer.contains("53300")).hasSize(1);
            assertThat(locks(world)).as("seed " + seed).isOne();
            assertThat(world.postgres.complaints()).as("seed " + seed).isEmpty();
            clients.forEach(ScriptedClient::close);
            world.settle();
            assertThat(ask(world, world.login(0), LOCK)).as("the place is free again, seed " + seed).endsWith("C(SELECT 1|) Z(I) ");
        }
    }

    /** As tools that migrate a database do it: who waits for the lock has it before the pooler knows that the one before has none any more. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT pg_advisory_unlock(1)", "X"})
    void whoGetsALockIsNotRefusedForTheOneWhoHasJustLeftIt(String leaves) {
        LinkConditions uneven = new LinkConditions(1_000_000, 1_900_000, 64 * 1024, false, 0);
        for (int seed = 0; seed < 200; seed++) {
            Config config = SimulatedPooler.config("session_state = carry\npool_mode = transaction\ndefault_pool_size = 2\nmax_pinned_servers = 1\n");
            LinkWorld world = new LinkWorld(config, 1, new SimulatedNetwork(seed, uneven));
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            ask(world, a, "BEGIN");
            ask(world, b, "SELECT 'b.1'"); // so there are two servers
            ask(world, a, LOCK);
            ask(world, a, "COMMIT");

            a.send(leaves.equals("X") ? new Requests().terminate().toBytes() : new Requests().query(leaves).toBytes());
            world.network.advance(500_000);
            b.send(new Requests().query(LOCK).toBytes());
            world.settle();

            assertThat(ScriptedClient.describe(b.takeReceived())).as("seed " + seed).endsWith("C(SELECT 1|) Z(I) ").doesNotContain("E(");
            assertThat(locks(world)).as("seed " + seed).isOne();
        }
    }

    @Test
    void placeOfAServerThatIsLostWhileItIsAskedIsFreeForWhoWaits() {
        Config config = SimulatedPooler.config("session_state = carry\npool_mode = transaction\ndefault_pool_size = 4\nmax_pinned_servers = 1\n");
        LinkConditions slow = new LinkConditions(10_000, 3_000_000, 64 * 1024, false, 0);
        for (int i = 0; i < 600; i++) {
            LinkWorld world = new LinkWorld(config, 1, new SimulatedNetwork(i / 20, slow));
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            ask(world, a, "BEGIN");
            ask(world, b, "BEGIN");
            a.send(LOCKED_AND_UNLOCKED);
            b.send(new Requests().query(LOCK).query("COMMIT").toBytes());
            world.network.advance(i % 20 * 1_000_000L);
            world.postgres.backends().getFirst().reset();
            world.settle();

            String answer = ScriptedClient.describe(b.takeReceived());
            assertThat(answer).as("seed %d, %d ms", i / 20, i % 20).endsWith("C(COMMIT|) Z(I) ").doesNotContain("E(");
        }
    }

    @Test
    void withoutALimitOfItsOwnHalfOfThePoolMayStay() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 5\n");
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(ask(world, world.login(0), LOCK));
        }

        assertThat(answers.stream().filter(answer -> !answer.contains("E("))).hasSize(3);
        assertThat(answers.getLast()).contains("53300");
    }

    @Test
    void databaseHasALimitOfItsOwn() {
        LinkWorld world = new LinkWorld(SimulatedPooler.config("max_pinned_servers=0 host=127.0.0.1", "pool_mode = transaction\nsession_state = carry\n"), 1);

        assertThat(ask(world, world.login(0), LOCK)).contains("C53300|", "max_pinned_servers = 0 is reached for db/app");
        assertThat(locks(world)).isZero();
    }

    @Test
    void inStatementPoolingNothingStays() {
        LinkWorld world = world("pool_mode = statement\n");
        ScriptedClient a = world.login(0);

        assertThat(ask(world, a, LOCK)).contains("C0A000|Mthe session's state cannot be kept: advisory lock|", "pool_mode = statement").endsWith(" Z(I) ");
        assertThat(locks(world)).isZero();
        assertThat(ask(world, a, "SELECT 'a.1'")).endsWith("D(|a.1) C(SELECT 1|) Z(I) ");
    }

    @ParameterizedTest
    @ValueSource(strings = {LOCK, "CREATE TEMP TABLE x"})
    void strictlyWhatCannotFollowIsAnErrorThatNamesTheRemedy(String sql) {
        for (int cut = 0; cut < 300; cut += 17) {
            LinkWorld world = world("pool_mode = transaction\nsession_state = strict\ndefault_pool_size = 1\n");
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.postgres.outputBudget(cut);

            String refused = ask(world, a, sql);

            String what = "replies cut at " + cut;
            String remedy = sql.equals(LOCK) ? "|HTake the lock with pg_advisory_xact_lock, " : "|HCreate temporary tables within a transaction, ";
            assertThat(refused).as(what).contains("|C0A000|Mthe session's state cannot be kept: ", "session_state = strict", remedy).endsWith(") Z(I) ");
            ask(world, a, "SET work_mem = 'large'");
            assertThat(ask(world, b, "SELECT 'b.1'")).as(what).endsWith("D(|b.1) C(SELECT 1|) Z(I) ");
            assertThat(ask(world, a, "SHOW work_mem")).as(what).contains("D(|large)");
            assertThat(locks(world)).as(what).isZero();
            assertThat(world.postgres.opened()).as(what).isEqualTo(1);
            assertThat(world.postgres.complaints()).as(what).isEmpty();
        }
    }

    @Test
    void loadedLibraryHoldsTheServerAndGoesWithIt() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 1\n");
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);

        assertThat(ask(world, a, "LOAD 'age'")).isEqualTo("C(LOAD|) Z(I) ");
        ask(world, b, "SELECT 'b.1'");
        assertThat(world.postgres.opened()).as("b has a server of its own").isEqualTo(2);
        ScriptedBackend loaded = world.postgres.backends().getFirst();
        a.close();
        world.settle();

        assertThat(world.postgres.backends()).as("nobody else meets the library").doesNotContain(loaded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"session_state = strict", "max_pinned_servers = 0"})
    void loadedLibraryThatMayNotStayIsAnErrorAndCostsTheServer(String setting) {
        for (int cut = 0; cut < 200; cut += 11) {
            LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 1\n" + setting + "\n");
            ScriptedClient a = world.login(0);
            world.postgres.outputBudget(cut);

            String what = "replies cut at " + cut;
            assertThat(ask(world, a, "LOAD 'age'")).as(what).startsWith("C(LOAD|) E(SERROR|C").contains("cannot be kept: library").endsWith(" Z(I) ");
            assertThat(ask(world, a, "SELECT 'a.1'")).as(what).endsWith("D(|a.1) C(SELECT 1|) Z(I) ");
            assertThat(world.postgres.opened()).as(what).isEqualTo(2);
            assertThat(world.postgres.complaints()).as(what).isEmpty();
        }
    }

    @Test
    void pipelineIsRefusedAtItsEnd() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 1\nmax_pinned_servers = 0\n");
        ScriptedClient a = world.login(0);
        a.takeReceived();

        world.step(a, new Requests().query(LOCK).query("SELECT 'a.1'").toBytes());

        assertThat(ScriptedClient.brief(a.takeReceived())).endsWith("C:SELECT 1 Z:I T D:a.1 C:SELECT 1 E:53300 Z:I");
    }

    @Test
    void clientThatLeavesWhileItIsRefusedLeavesNothing() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 1\nmax_pinned_servers = 0\n");
        ScriptedClient a = world.login(0);
        world.postgres.outputBudget(40);
        a.send(new Requests().query(LOCK).terminate().toBytes());
        world.settle();
        ScriptedClient b = world.login(0);

        assertThat(ask(world, b, "SELECT 'b.1'")).endsWith("D(|b.1) C(SELECT 1|) Z(I) ");
        assertThat(locks(world)).isZero();
    }
}
