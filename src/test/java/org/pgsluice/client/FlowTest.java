package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.net.Buffers;
import org.pgsluice.server.ServerSession;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** No side is read while what it feeds stands above its mark, and everything goes on afterwards. */
class FlowTest {
    private static final int MANY = 30_000;
    private static final int MOST = Flow.MOST_DUE + Buffers.SCRATCH_BYTES / 6;

    private final LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nadmin_users = root\n"), 1);
    private final ScriptedClient client = world.login(0);

    private static int count(byte[] replies, char tag) {
        int count = 0;
        for (ByteBuffer in = ByteBuffer.wrap(replies); in.remaining() >= 5; ) {
            count += in.get() == tag ? 1 : 0;
            in.position(in.position() + in.getInt(in.position()));
        }
        return count;
    }

    private static byte[] times(byte[] one, int count) {
        byte[] all = new byte[one.length * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return all;
    }

    private int due() {
        return world.pooler.commons.servers().stream().mapToInt(server -> server.ledger().size()).sum();
    }

    @Test
    void requestsBehindASlowQueryAreReadUpToTheMark() {
        world.postgres.outputBudget(0);
        client.send(new Requests().query("SELECT 'a.1'").toBytes());
        client.send(times(new Requests().closePortal().toBytes(), MANY));
        world.network.runUntilIdle();

        assertThat(due()).isBetween(Flow.MOST_DUE, MOST);

        client.send(new Requests().sync().toBytes());
        world.settle();
        assertThat(count(client.received(), '3')).isEqualTo(MANY);
        assertThat(ScriptedClient.describe(client.received())).endsWith("Z(I) ");
        world.assertClean("closes behind a slow query");
    }

    /** PostgreSQL keeps the replies until a Sync comes; nobody may wait for them before that is read. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pipelineFarAboveTheMarkGetsThroughBeforeItsSync(boolean bufferedReplies) {
        world.postgres.buffersReplies(bufferedReplies);
        byte[] bind = new Requests().bind("", "1").toBytes();
        client.send(new Requests().parse("", "SELECT $1").toBytes());
        client.send(times(bind, MANY));
        world.network.runUntilIdle();

        client.send(new Requests().sync().toBytes());
        world.settle();

        assertThat(count(client.received(), '2')).isEqualTo(MANY);
        world.assertClean("a long pipeline");
    }

    @Test
    void requestsThatAServerSkipsAreReadToTheirSync() {
        world.postgres.buffersReplies(true);
        client.send(new Requests().execute(0).toBytes());
        client.send(times(new Requests().bind("", "1").toBytes(), MANY));
        client.send(new Requests().sync().query("SELECT 'a.1'").toBytes());
        world.settle();

        assertThat(ScriptedClient.describe(client.received())).endsWith("D(|a.1) C(SELECT 1|) Z(I) ");
    }

    @Test
    void serverIsNotReadWhileItsClientTakesNothingHoweverManyReadsATurnHas() {
        LinkWorld unbounded = new LinkWorld(SimulatedPooler.config("pool_mode = transaction\nsbuf_loopcnt = 0\n"), 1);
        ScriptedClient lazy = unbounded.login(0);
        lazy.reading(false);

        lazy.send(times(new Requests().query("SELECT '" + "x".repeat(20_000) + "'").toBytes(), 400));
        unbounded.network.runUntilIdle();

        ServerSession server = unbounded.pooler.commons.servers().iterator().next();
        assertThat(server.facts().readingStopped()).isTrue();
        assertThat(unbounded.pooler.sessions.getFirst().outbox().waitingBytes()).isLessThan(3 * Buffers.SCRATCH_BYTES);
        lazy.reading(true);
        unbounded.settle();
        assertThat(count(lazy.received(), 'C')).isEqualTo(400);
    }

    @Test
    void consoleIsNotReadWhileItsClientTakesNothing() {
        Chatty console = new Chatty();
        world.pooler.console(console);
        ScriptedClient admin = world.pooler.connect(0, world.outside);
        admin.send(Requests.startup("user", "root", "database", "pgbouncer"));
        world.network.runUntilIdle();
        ClientSession session = world.pooler.sessions.getLast();
        console.client = session;
        admin.reading(false);

        admin.send(times(new Requests().query("SHOW CONFIG").toBytes(), MANY));
        world.network.runUntilIdle();

        assertThat(console.answered).isLessThan(MANY);
        assertThat(session.outbox().waitingBytes()).isLessThan(2 * Chatty.ANSWER);
        admin.reading(true);
        world.network.runUntilIdle();
        assertThat(console.answered).isEqualTo(MANY);
    }

    /** Answers each message at length, as long as its client takes answers. */
    private static final class Chatty implements ClientServices.Console {
        static final int ANSWER = 10_000;

        private @Nullable ClientSession client;
        int answered;

        @Override
        public int onBytes(ByteBuffer in) {
            while (client != null && client.flushed() && in.remaining() >= 5 && in.remaining() > in.getInt(in.position() + 1)) {
                in.position(in.position() + 1 + in.getInt(in.position() + 1));
                answered++;
                byte[] answer = new byte[ANSWER];
                Arrays.fill(answer, (byte) 'x');
                client.send(ByteBuffer.wrap(answer));
            }
            return 0;
        }

        @Override
        public void onDrained() {}

        @Override
        public boolean busy() {
            return false;
        }

        @Override
        public void onCancel() {}

        @Override
        public void onClosed() {}
    }
}
