package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.ScriptedMood;
import org.pgsluice.simulation.ScriptedPostgres;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;

/** A PostgreSQL that is away, or in part, and comes back: who waits is served. There is no upkeep here that could help. */
class RecoveryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final SocketAddress OTHER = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 5432);

    private final SimulatedNetwork network = new SimulatedNetwork(11);
    private ScriptedMood.Login mood = ScriptedMood.Login.WELCOME;

    private final class Moody implements ScriptedMood {
        @Override
        public Login login() {
            return mood;
        }
    }

    private SimulatedPooler pooler(String hosts) {
        return new SimulatedPooler(network, 2, SimulatedPooler.config(hosts, "pool_mode = transaction\nserver_login_retry = 15\ndefault_pool_size = 4\n"));
    }

    private static List<ScriptedClient> clients(SimulatedPooler pooler, SimulatedReactor outside, int count) {
        List<ScriptedClient> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ScriptedClient client = pooler.connect(i % 2, outside);
            client.send(Requests.startup("user", "someone", "database", "db"));
            all.add(client);
        }
        return all;
    }

    private static boolean welcome(List<ScriptedClient> clients) {
        return clients.stream().allMatch(client -> ScriptedClient.describe(client.received()).endsWith("Z(I) "));
    }

    @Test
    void clientsThatCameBeforePostgresAreServedWithinASecondOfItsStart() {
        for (int outage = 0; outage < 25; outage += 4) {
            SimulatedNetwork world = new SimulatedNetwork(outage);
            SimulatedPooler pooler = new SimulatedPooler(world, 2, SimulatedPooler.config("pool_mode = transaction\nserver_login_retry = 15\n"));
            SimulatedReactor outside = world.addReactor();
            List<ScriptedClient> six = clients(pooler, outside, 6);
            world.advance(outage * SECOND);
            assertThat(six).noneMatch(ScriptedClient::ended);

            ScriptedPostgres postgres = new ScriptedPostgres(outside, SimulatedPooler.POSTGRES);
            world.advance(SECOND);

            assertThat(welcome(six)).as("after " + outage + " s").isTrue();
            assertThat(postgres.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTING", "FULL", "HUNG_UP"})
    void clientsWaitWhileTheServerTakesNoLoginsAndAreServedWithinASecond(ScriptedMood.Login kind) {
        SimulatedPooler pooler = pooler("host=127.0.0.1");
        SimulatedReactor outside = network.addReactor();
        ScriptedPostgres postgres = new ScriptedPostgres(outside, SimulatedPooler.POSTGRES);
        postgres.mood(new Moody());
        mood = kind;
        List<ScriptedClient> six = clients(pooler, outside, 6);
        network.advance(5 * SECOND);
        assertThat(six).noneMatch(ScriptedClient::ended);

        mood = ScriptedMood.Login.WELCOME;
        network.advance(SECOND);

        assertThat(welcome(six)).isTrue();
        assertThat(postgres.opened()).as("tries").isLessThan(60);
    }

    @Test
    void refusalIsToldToThoseWhoWaitAndTheNextClientIsServed() {
        SimulatedPooler pooler = pooler("host=127.0.0.1");
        SimulatedReactor outside = network.addReactor();
        ScriptedPostgres postgres = new ScriptedPostgres(outside, SimulatedPooler.POSTGRES);
        postgres.mood(new Moody());
        mood = ScriptedMood.Login.REFUSED;
        for (int i = 0; i < 30; i++) {
            List<ScriptedClient> refused = clients(pooler, outside, 1);
            network.advance(2 * SECOND);
            assertThat(refused).allMatch(ScriptedClient::ended);
            assertThat(ScriptedClient.describe(refused.getFirst().received())).startsWith("E(SFATAL|C");
        }

        mood = ScriptedMood.Login.WELCOME;
        List<ScriptedClient> next = clients(pooler, outside, 1);
        network.advance(SECOND);

        assertThat(welcome(next)).isTrue();
    }

    @Test
    void clientThatWaitsInVainIsToldWhyLoginsFail() {
        SimulatedPooler pooler = pooler("host=127.0.0.1");
        SimulatedReactor outside = network.addReactor();
        List<ScriptedClient> one = clients(pooler, outside, 1);
        network.advance(SECOND);

        ClientSession session = pooler.sessions.getFirst();
        ((SimulatedReactor) session.lane().reactor()).perform(() -> session.failWaiting(CloseReason.QUERY_WAIT_TIMEOUT));
        network.runUntilIdle();

        assertThat(ScriptedClient.describe(one.getFirst().received()))
                .contains("Mquery_wait_timeout|DThe last login to a server failed: connect failed: 127.0.0.1:5432: ");
    }

    @Test
    void nextHostOfAListIsTriedAtOnce() {
        for (String balancing : List.of("", " load_balance_hosts=disable")) {
            SimulatedNetwork world = new SimulatedNetwork(3);
            SimulatedPooler pooler = new SimulatedPooler(
                    world, 2, SimulatedPooler.config("host=127.0.0.1,127.0.0.2" + balancing, "pool_mode = transaction\nserver_login_retry = 15\n"));
            SimulatedReactor outside = world.addReactor();
            new ScriptedPostgres(outside, OTHER);
            List<ScriptedClient> few = clients(pooler, outside, 3);

            world.advance(SECOND / 10);

            assertThat(welcome(few)).as(balancing).isTrue();
        }
    }

    @Test
    void allAddressesOfANameAreTriedAlsoWhenTheFirstIsSilent() {
        SimulatedPooler pooler = pooler("host=name");
        pooler.names.put("name", List.of(InetAddress.ofLiteral("127.0.0.3"), InetAddress.ofLiteral("127.0.0.4"), InetAddress.ofLiteral("127.0.0.2")));
        SimulatedReactor outside = network.addReactor();
        new ScriptedPostgres(outside, OTHER);
        network.silent(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.4"), 5432), true);
        List<ScriptedClient> one = clients(pooler, outside, 1);

        network.advance(SECOND / 2);

        assertThat(welcome(one)).isTrue();
        network.advance(20 * SECOND);
        assertThat(pooler.commons.servers()).hasSize(1);
    }

    @Test
    void serverOfAnAddressThatTheNameHasLostIsClosedAtTheEndOfItsTransaction() {
        SimulatedPooler pooler = pooler("host=name");
        pooler.names.put("name", List.of(InetAddress.ofLiteral("127.0.0.1")));
        SimulatedReactor outside = network.addReactor();
        ScriptedPostgres old = new ScriptedPostgres(outside, SimulatedPooler.POSTGRES);
        ScriptedPostgres fresh = new ScriptedPostgres(outside, OTHER);
        List<ScriptedClient> two = clients(pooler, outside, 2);
        network.advance(SECOND);
        two.getFirst().send(new Requests().query("BEGIN").toBytes());
        network.runUntilIdle();
        pooler.names.put("name", List.of(InetAddress.ofLiteral("127.0.0.2")));

        two.getLast().send(new Requests().query("SELECT 'b.1'").toBytes());
        network.advance(SECOND);
        assertThat(ScriptedClient.describe(two.getLast().takeReceived())).contains("b.1");
        assertThat(fresh.opened()).isEqualTo(1);
        assertThat(old.backends()).hasSize(1);

        two.getFirst().send(new Requests().query("COMMIT").toBytes());
        network.advance(SECOND);
        assertThat(old.backends()).isEmpty();
        assertThat(ScriptedClient.describe(two.getFirst().received())).endsWith("C(COMMIT|) Z(I) ");
    }
}
