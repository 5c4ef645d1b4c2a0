package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.simulation.RawServer;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/** Clients that replicate: each has a server of its own, from its login to its end. */
class ReplicationTest {
    private static final long SECOND = 1_000_000_000;

    private final List<String> startups = new ArrayList<>();

    private LinkWorld world(String settings) {
        return new LinkWorld(SimulatedPooler.config(settings), 2);
    }

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    private static String show(LinkWorld world, ScriptedClient client, String name) {
        world.step(client, query("SHOW " + name));
        return ScriptedClient.describe(client.takeReceived());
    }

    @ParameterizedTest
    @CsvSource({"database, database", "true, yes", "ON, yes", "1, yes", "yes, yes"})
    void serverIsAskedForWhatTheClientWants(String asked, String word) {
        for (String mode : List.of("session", "transaction", "statement")) {
            LinkWorld world = world("pool_mode = " + mode + "\n");
            ScriptedClient client = world.login(0, "replication", asked, "application_name", "abc", "options", "-c work_mem=1MB");

            assertThat(show(world, client, "replication")).contains("D(|" + word + ")");
            assertThat(show(world, client, "options")).contains("D(|-c work_mem=1MB)");
            assertThat(show(world, client, "application_name")).contains("D(|abc)");
            world.step(client, query("BEGIN"));
            assertThat(ScriptedClient.describe(client.takeReceived())).endsWith("Z(T) ");
            world.assertClean(mode);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "off", "no", "0"})
    void clientThatAsksForNoneSharesServers(String no) {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 1\n");
        ScriptedClient client = world.login(0, "replication", no);
        ScriptedClient other = world.login(1);

        show(world, client, "TimeZone");
        show(world, other, "TimeZone");

        assertThat(world.postgres.opened()).isEqualTo(1);
    }

    @Test
    void serverGoesWithItsClientAndNeverToAnother() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 2\n");
        ScriptedClient plain = world.login(0);
        ScriptedClient client = world.login(1, "replication", "database");
        show(world, plain, "TimeZone");
        assertThat(world.postgres.opened()).isEqualTo(2);

        client.send(new Requests().terminate().toBytes());
        world.network.advance(SECOND);

        assertThat(world.postgres.mostOpen()).isEqualTo(2);
        assertThat(world.postgres.backends()).hasSize(1);
        assertThat(show(world, plain, "replication")).doesNotContain("database");
        world.assertClean("at the end");
    }

    @Test
    void fullPoolMakesThemWaitAndAnIdleServerGivesWay() {
        LinkWorld world = world("pool_mode = transaction\ndefault_pool_size = 1\n");
        ScriptedClient plain = world.login(0);
        show(world, plain, "TimeZone");
        ScriptedClient first = world.login(0, "replication", "database");
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.contains("closing because: evicted"));
        ScriptedClient second = world.pooler.connect(1, world.outside);
        second.send(Requests.startup("user", "someone", "database", "db", "replication", "1"));
        world.network.advance(SECOND);
        assertThat(second.received()).isEmpty();

        first.send(new Requests().terminate().toBytes());
        world.network.advance(SECOND);

        assertThat(ScriptedClient.describe(second.received())).endsWith("Z(I) ");
        assertThat(world.postgres.opened()).isEqualTo(3);
    }

    /** It may lack a right that others of the pool do not need. */
    @Test
    void refusedLoginIsTheClientsAloneAndNotTriedAgain() {
        SimulatedNetwork network = new SimulatedNetwork(7);
        SimulatedPooler pooler = new SimulatedPooler(network, 1, SimulatedPooler.config(""));
        SimulatedReactor outside = network.addReactor();
        RawServer server = new RawServer(outside, SimulatedPooler.POSTGRES, this::talk);
        ScriptedClient other = pooler.connect(0, outside);
        other.send(Requests.startup("user", "someone", "database", "db"));
        ScriptedClient client = pooler.connect(0, outside);
        client.send(Requests.startup("user", "someone", "database", "db", "replication", "1"));

        network.advance(10 * SECOND);

        assertThat(ScriptedClient.describe(client.received())).isEqualTo("E(SFATAL|C42501|Mlogin failed|Dno right|) ");
        assertThat(ScriptedClient.describe(other.received())).endsWith("Z(I) ");
        assertThat(other.ended()).isFalse();
        assertThat(server.peers()).hasSize(2);
        assertThat(startups).filteredOn(startup -> startup.contains("replication")).hasSize(1);
        assertThat(pooler.log.lines())
                .anyMatch(line -> line.contains("S: login failed: FATAL: no right"))
                .anyMatch(line -> line.contains("closing because: login failed"));
    }

    private void talk(RawServer.Peer peer, byte[] bytes) {
        String startup = new String(bytes, StandardCharsets.ISO_8859_1);
        startups.add(startup);
        if (startup.contains("replication")) {
            peer.send(PgError.fatal("42501", "no right").toErrorResponse());
        } else {
            peer.send(new MessageWriter().begin(BackendTag.AUTHENTICATION).int32(0).end().begin(BackendTag.READY_FOR_QUERY).int8('I').end().toBytes());
        }
    }
}
