package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.ScriptedMood;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/** Cancel requests: those whose sender hangs up, those for a client that waits, those that hang, and those for a client that has left. */
class CancelTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String CANCELLED = "E(SERROR|C57014|Mcanceling statement due to user request|) ";
    private static final Config ONE_SERVER = SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nmax_prepared_statements = 10\n");

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    /** Logs a client of that reactor in; its cancel key goes to {@code keys}. */
    private static ScriptedClient login(LinkWorld world, int reactor, List<byte[]> keys, String... parameters) {
        ScriptedClient client = world.pooler.connect(reactor, world.outside);
        String[] all = Arrays.copyOf(new String[] {"user", "someone", "database", "db"}, 4 + parameters.length);
        System.arraycopy(parameters, 0, all, 4, parameters.length);
        client.send(Requests.startup(all));
        world.network.runUntil(() -> ScriptedClient.describe(client.received()).endsWith("Z(I) "), 60 * SECOND);
        ByteBuffer in = ByteBuffer.wrap(client.takeReceived());
        while (in.get(in.position()) != 'K') {
            in.position(in.position() + 1 + in.getInt(in.position() + 1));
        }
        byte[] key = new byte[8];
        in.get(in.position() + 5, key);
        keys.add(key);
        return client;
    }

    private static ScriptedClient cancel(LinkWorld world, int reactor, byte[] key) {
        ScriptedClient asker = world.pooler.connect(reactor, world.outside);
        asker.send(new MessageWriter().beginUntagged().int32(StartupPacket.CODE_CANCEL).bytes(key).end().toBytes());
        return asker;
    }

    private static String got(ScriptedClient client) {
        return ScriptedClient.describe(client.received());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void requestIsSentThoughItsSenderHangsUpRightBehindIt(int reactor) {
        LinkWorld world = new LinkWorld(ONE_SERVER, 2);
        List<byte[]> keys = new ArrayList<>();
        ScriptedClient victim = login(world, 0, keys);
        victim.send(query("WAIT 60000 'a.1'"));
        world.network.advance(SECOND / 10);

        ScriptedClient asker = cancel(world, reactor, keys.getFirst());
        world.network.runUntil(() -> asker.opened(), SECOND);
        asker.close();
        world.network.advance(SECOND);

        assertThat(got(victim)).endsWith(CANCELLED + "Z(I) ");
        world.assertClean("cancel");
    }

    @Test
    void requestWaitsWhileItsClientIsGivenItsParameters() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 2);
        List<byte[]> keys = new ArrayList<>();
        ScriptedClient victim = login(world, 0, keys, "application_name", "mine");
        ScriptedClient other = world.login(1, "application_name", "other");
        world.step(other, query("SELECT 'b.1'"));

        world.postgres.outputBudget(0);
        victim.send(query("WAIT 60000 'a.1'"));
        world.network.runUntilIdle();
        cancel(world, 1, keys.getFirst());
        world.network.advance(SECOND / 2);
        assertThat(world.postgres.cancelled()).isEmpty();
        world.postgres.outputBudget(Long.MAX_VALUE);
        world.network.advance(SECOND);

        assertThat(got(victim)).endsWith(CANCELLED + "Z(I) ");
        world.assertClean("cancel");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void clientThatWaitsIsAnsweredAndItsQueryIsNotExecuted(int reactor) {
        LinkWorld world = new LinkWorld(ONE_SERVER, 2);
        List<byte[]> keys = new ArrayList<>();
        ScriptedClient holder = login(world, 0, keys);
        ScriptedClient waiting = login(world, 1, keys);
        world.step(holder, query("BEGIN"));
        waiting.send(query("SELECT 'b.1'"));
        world.network.runUntilIdle();

        ScriptedClient asker = cancel(world, reactor, keys.getLast());
        world.network.advance(SECOND / 10);

        assertThat(got(waiting)).isEqualTo(CANCELLED + "Z(I) ");
        assertThat(asker.ended()).isTrue();
        world.step(holder, query("COMMIT"));
        waiting.takeReceived();
        world.step(waiting, query("SELECT 'b.2'"));
        assertThat(got(waiting)).isEqualTo("T(|token|) D(|b.2) C(SELECT 1|) Z(I) ");
        world.assertClean("cancel");
    }

    /** A plain query that waits is not looked into again when its server is here. What takes its place must be. */
    @Test
    void whatFollowsAWithdrawnQueryIsLookedInto() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        List<byte[]> keys = new ArrayList<>();
        ScriptedClient holder = login(world, 0, keys);
        ScriptedClient waiting = login(world, 0, keys);
        world.step(holder, query("BEGIN"));
        waiting.send(query("SELECT 'this one is plain' FROM somewhere"));
        world.network.runUntilIdle();
        cancel(world, 0, keys.getLast());
        world.network.advance(SECOND / 10);
        assertThat(got(waiting)).isEqualTo(CANCELLED + "Z(I) ");

        waiting.send(query("SET work_mem = '77MB'"));
        world.network.runUntilIdle();
        world.step(holder, query("COMMIT"));
        world.settle();
        holder.takeReceived();
        world.step(holder, query("SHOW work_mem"));
        assertThat(got(holder)).doesNotContain("77MB").endsWith("Z(I) ");
        waiting.takeReceived();
        world.step(waiting, query("SHOW work_mem"));
        assertThat(got(waiting)).contains("77MB");
    }

    @Test
    void waitOfTheExtendedProtocolIsEndedUpToItsSyncWhereverThatComes() {
        byte[] batch = new Requests().parse("s", "SELECT 'b.1'").bind("s").execute(0).sync().toBytes();
        for (int cut = 5; cut < batch.length; cut++) {
            LinkWorld world = new LinkWorld(ONE_SERVER, 2);
            List<byte[]> keys = new ArrayList<>();
            ScriptedClient holder = login(world, 0, keys);
            ScriptedClient waiting = login(world, 1, keys);
            world.step(holder, query("BEGIN"));
            waiting.send(Arrays.copyOf(batch, cut));
            world.network.runUntilIdle();
            boolean waits = waiting(world);

            cancel(world, 0, keys.getLast());
            world.network.advance(SECOND / 10);
            waiting.send(Arrays.copyOfRange(batch, cut, batch.length));
            world.network.runUntilIdle();
            world.step(holder, query("COMMIT"));
            world.settle();

            String what = "cut at " + cut;
            assertThat(got(waiting)).as(what).isEqualTo(waits ? CANCELLED + "Z(I) " : "1 2 D(|b.1) C(SELECT 1|) Z(I) ");
            waiting.takeReceived();
            world.step(waiting, query("SELECT 'b.2'"));
            assertThat(got(waiting)).as(what).isEqualTo("T(|token|) D(|b.2) C(SELECT 1|) Z(I) ");
            world.assertClean(what);
        }
    }

    private static boolean waiting(LinkWorld world) {
        return world.pooler.books.registry().pools().stream().anyMatch(pool -> world.pooler.books.inventory().isWaitedFor(pool));
    }

    @Test
    void clientThatLeavesItsQueryHasItCancelledAndThePoolSizeHolds() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 2);
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ScriptedClient leaving = login(world, i % 2, keys);
            leaving.send(query("WAIT 60000 'a.1'"));
            world.network.advance(SECOND / 10);
            leaving.close();
            world.network.advance(SECOND / 10);
        }
        ScriptedClient next = login(world, 1, keys);
        world.step(next, query("SELECT 'b.1'"));

        assertThat(got(next)).isEqualTo("T(|token|) D(|b.1) C(SELECT 1|) Z(I) ");
        assertThat(world.postgres.cancelled()).hasSize(10);
        assertThat(world.postgres.opened()).as("one server and ten cancel requests").isEqualTo(11);
        world.assertClean("left queries");
    }

    @Test
    void serverIsClosedWhereTheQueryOfAClientThatLeftDoesNotEnd() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        world.postgres.mood(slowCancels(3_600 * SECOND));
        List<byte[]> keys = new ArrayList<>();
        ScriptedClient leaving = login(world, 0, keys);
        leaving.send(query("WAIT 3600000 'a.1'"));
        world.network.advance(SECOND);
        leaving.close();
        ScriptedClient next = login(world, 0, keys);

        next.send(query("SELECT 'b.1'"));
        world.network.advance(16 * SECOND);

        assertThat(got(next)).isEqualTo("T(|token|) D(|b.1) C(SELECT 1|) Z(I) ");
        assertThat(world.pooler.log.lines().toString()).contains("closing because: client disconnect while server was not ready");
    }

    @Test
    void requestThatIsNeverAnsweredCostsItsServerAndNoMore() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 2);
        world.postgres.mood(slowCancels(3_600 * SECOND));
        List<byte[]> keys = new ArrayList<>();
        ScriptedClient victim = login(world, 0, keys);
        victim.send(query("WAIT 1000 'a.1'"));
        world.network.advance(SECOND / 2);
        cancel(world, 0, keys.getFirst());
        world.network.advance(SECOND);
        assertThat(got(victim)).endsWith("Z(I) ");
        ScriptedClient next = login(world, 1, keys);
        next.send(query("SELECT 'b.1'"));
        world.network.advance(SECOND);
        assertThat(got(next)).as("a late cancel could hit it").isEmpty();

        world.network.advance(5 * SECOND);

        assertThat(got(next)).isEqualTo("T(|token|) D(|b.1) C(SELECT 1|) Z(I) ");
        assertThat(world.pooler.log.lines().toString()).contains("closing because: cancel request was not answered", "closing because: close_needed");
    }

    @Test
    void requestToAHostThatHangsTakesNobodysTurn() {
        LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 2\n"), 1);
        List<byte[]> keys = new ArrayList<>();
        ScriptedClient victim = login(world, 0, keys);
        victim.send(query("WAIT 60000 'a.1'"));
        world.network.advance(SECOND / 2);
        world.network.silent(SimulatedPooler.POSTGRES, true);
        cancel(world, 0, keys.getFirst());
        world.network.advance(SECOND / 10);
        world.network.silent(SimulatedPooler.POSTGRES, false);
        ScriptedClient next = login(world, 0, keys);

        world.step(next, query("SELECT 'b.1'"));

        assertThat(got(next)).isEqualTo("T(|token|) D(|b.1) C(SELECT 1|) Z(I) ");
    }

    private static ScriptedMood slowCancels(long nanos) {
        return new ScriptedMood() {
            @Override
            public long cancelNanos() {
                return nanos;
            }
        };
    }
}
