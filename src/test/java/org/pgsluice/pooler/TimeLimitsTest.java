package org.pgsluice.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.ScriptedPostgres;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;

/** What counts for a time limit and what does not, on the simulated clock. */
class TimeLimitsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final SocketAddress POSTGRES = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5432);
    private static final SocketAddress POOLER = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 6432);
    private static final ListenOptions OPTIONS = new ListenOptions(100, true, 0, 0777, null, SocketOptions.DEFAULT);

    @TempDir
    private Path directory;

    private final SimulatedNetwork network = new SimulatedNetwork(3);
    private final CapturedLog log = new CapturedLog();
    private final SimulatedReactor inside = network.addReactor();
    private final SimulatedReactor outside = network.addReactor();
    private final ScriptedPostgres postgres = new ScriptedPostgres(outside, POSTGRES);
    private Pooler pooler;

    private void start(String settings) throws IOException {
        Path file = Files.writeString(directory.resolve("pooler.ini"), """
                [databases]
                db = host=127.0.0.1 port=5432 user=app
                [pgbouncer]
                auth_type = any
                pool_mode = transaction
                default_pool_size = 1
                """ + settings);
        Config config = ((LoadResult.Loaded) ConfigReader.read(file, Environment.NONE, null)).config();
        inside.perform(() -> {
            pooler = new Pooler(config, new World(
                    List.of(inside),
                    log,
                    network.wallClock(),
                    network.offload(5_000_000),
                    network.randomSource(),
                    (host, reactor, then) -> then.onResolved(List.of(InetAddress.ofLiteral(host))),
                    -1,
                    () -> {}));
            try {
                pooler.listeners().add(inside.listen(POOLER, OPTIONS, pooler), false);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            pooler.start();
        });
    }

    private ScriptedClient login() {
        ScriptedClient client = new ScriptedClient(outside, POOLER);
        client.send(Requests.startup("user", "someone", "database", "db"));
        network.runUntil(() -> got(client).endsWith("Z(I) "), 60 * SECOND);
        client.takeReceived();
        return client;
    }

    private static String got(ScriptedClient client) {
        return ScriptedClient.describe(client.received());
    }

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    private void await(ScriptedClient client, String end) {
        network.runUntil(() -> got(client).endsWith(end) || client.ended(), 60 * SECOND);
        assertThat(got(client)).endsWith(end);
    }

    @Test
    void clientThatIsIdleForTooLongIsClosed() throws IOException {
        start("client_idle_timeout = 5\n");
        ScriptedClient client = login();

        network.advance(4 * SECOND);
        assertThat(client.ended()).isFalse();
        network.advance(3 * SECOND);

        assertThat(client.ended()).isTrue();
        assertThat(got(client)).contains("client_idle_timeout");
    }

    @Test
    void clientThatSentWhileTheProcessWasStoppedIsNotClosedAsIdle() throws IOException {
        start("client_idle_timeout = 5\n");
        ScriptedClient client = login();

        client.send(query("SELECT 'a.1'"));
        network.stop(30 * SECOND);

        await(client, "D(|a.1) C(SELECT 1|) Z(I) ");
        network.advance(SECOND);
        assertThat(client.ended()).isFalse();
    }

    @Test
    void queryThatWasAnsweredWhileTheProcessWasStoppedIsNotCut() throws IOException {
        start("query_timeout = 5\n");
        ScriptedClient client = login();
        client.send(query("SELECT 'a.1'"));
        network.runUntil(() -> postgres.backends().size() == 1 && !pooler.commons().servers().isEmpty(), SECOND);

        network.stop(30 * SECOND);

        await(client, "D(|a.1) C(SELECT 1|) Z(I) ");
        assertThat(log.lines()).noneMatch(line -> line.contains("query timeout"));
    }

    @Test
    void clientIsNotIdleBeforeItsAnswerHasCome() throws IOException {
        start("client_idle_timeout = 5\n");
        ScriptedClient client = login();
        postgres.outputBudget(0);
        client.send(query("SELECT 'a.1'"));
        network.advance(8 * SECOND);

        postgres.outputBudget(Long.MAX_VALUE);
        network.advance(3 * SECOND);

        assertThat(got(client)).endsWith("Z(I) ");
        network.advance(4 * SECOND);
        assertThat(client.ended()).isTrue();
    }

    @Test
    void queryThatHasNoAnswerInTimeIsCut() throws IOException {
        start("query_timeout = 5\n");
        ScriptedClient client = login();
        postgres.outputBudget(0);
        client.send(query("SELECT 'a.1'"));

        network.advance(7 * SECOND);

        assertThat(got(client)).contains("query timeout");
    }

    @Test
    void waitForAServerCountsNeitherForQueryTimeoutNorForTransactionTimeout() throws IOException {
        start("query_timeout = 5\ntransaction_timeout = 5\n");
        ScriptedClient first = login();
        ScriptedClient second = login();
        first.send(query("BEGIN"));
        await(first, "Z(T) ");
        second.send(query("BEGIN"));
        network.advance(3 * SECOND);
        first.send(query("COMMIT"));
        await(second, "Z(T) ");

        network.advance(4 * SECOND);

        assertThat(second.ended()).isFalse();
        network.advance(3 * SECOND);
        assertThat(got(second)).contains("transaction timeout");
    }

    @Test
    void pauseCountsForNoLimitOfAQuery() throws IOException {
        start("query_timeout = 5\ntransaction_timeout = 5\n");
        ScriptedClient client = login();
        inside.perform(() -> pooler.pause(PauseMode.PAUSE));
        client.send(query("SELECT 'a.1'"));
        network.advance(20 * SECOND);

        inside.perform(() -> pooler.resume());

        await(client, "D(|a.1) C(SELECT 1|) Z(I) ");
    }

    @Test
    void uploadThatKeepsSendingIsNoSlowQuery() throws IOException {
        start("query_timeout = 2\n");
        ScriptedClient client = login();
        client.send(query("COPY IN"));
        network.runUntil(() -> got(client).startsWith("G"), 10 * SECOND);
        for (int i = 0; i < 10; i++) {
            network.advance(SECOND);
            client.send(new Requests().copyData("row").toBytes());
        }
        client.send(new Requests().copyDone().toBytes());
        await(client, "Z(I) ");

        client.send(query("COPY IN"));
        network.advance(5 * SECOND);

        assertThat(got(client)).as("one that sends nothing").contains("query timeout");
    }
}
