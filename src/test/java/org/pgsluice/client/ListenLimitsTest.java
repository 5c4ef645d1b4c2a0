package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.client.ListenTest.DONE;
import static org.pgsluice.client.ListenTest.ask;
import static org.pgsluice.client.ListenTest.got;
import static org.pgsluice.client.ListenTest.payloads;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** How many channels clients that share servers may listen to: one of them, and all of a pool. */
class ListenLimitsTest {
    private static Config limited(int channels) {
        return SimulatedPooler.config("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = 2\nmax_listen_channels = " + channels + "\n");
    }

    /** Which is refused as a whole, and what was there before stays. */
    @ParameterizedTest
    @ValueSource(strings = {"LISTEN z", "UNLISTEN x; LISTEN v; LISTEN w", "LISTEN z; LISTEN v; LISTEN w; LISTEN u", "BEGIN; LISTEN z; COMMIT"})
    void whoListensToTooMuchIsRefusedAndKeepsWhatItHad(String sql) {
        LinkWorld world = new LinkWorld(limited(2), 1);
        ScriptedClient a = world.login(0);
        assertThat(ask(world, a, "LISTEN x")).isEqualTo(DONE);
        assertThat(ask(world, a, "LISTEN y")).isEqualTo(DONE);

        assertThat(ask(world, a, sql)).contains("E(").contains("53400").contains("max_listen_channels = 2 is reached").endsWith("Z(I) ");
        for (String channel : List.of("x", "z", "v", "w", "y")) {
            world.postgres.notify(channel, "to-" + channel);
        }
        world.settle();

        assertThat(payloads(got(a))).containsExactly("to-x", "to-y");
        assertThat(world.postgres.listeners("z")).isZero();
        assertThat(ask(world, a, "UNLISTEN x; LISTEN z")).endsWith("C(LISTEN|) Z(I) ");
        world.postgres.notify("z", "to-z");
        world.settle();
        assertThat(payloads(got(a))).containsExactly("to-z");
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.endsWith("pooler error: too many channels to listen to"));
        world.pooler.log.clear();
        world.assertClean(sql);
    }

    @Test
    void firstListenOfAClientMayBeTooMuchToo() {
        LinkWorld world = new LinkWorld(limited(1), 1);
        ScriptedClient a = world.login(0);

        assertThat(ask(world, a, "LISTEN x; LISTEN y; LISTEN z")).contains("53400");

        assertThat(ask(world, a, "LISTEN x")).isEqualTo(DONE);
        assertThat(ask(world, a, "LISTEN x")).as("again").isEqualTo(DONE);
        world.pooler.log.clear();
        world.assertClean("at the end");
    }

    /** However many reactors they are on; whoever leaves makes room, and so does an UNLISTEN. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void allClientsOfAPoolShareALimit(int reactors) {
        LinkWorld world = new LinkWorld(
                SimulatedPooler.config("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = 2\nmax_pool_listen_channels = 3\n"), reactors);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(reactors - 1);
        assertThat(ask(world, a, "LISTEN x; LISTEN y")).endsWith(DONE);
        assertThat(ask(world, b, "LISTEN x")).isEqualTo(DONE);

        for (ScriptedClient client : List.of(a, b, a)) {
            assertThat(ask(world, client, "LISTEN z")).contains("53400").contains("max_pool_listen_channels = 3, which all clients of ").endsWith("Z(I) ");
        }
        assertThat(ask(world, a, "LISTEN y")).as("it has that").isEqualTo(DONE);
        assertThat(ask(world, b, "UNLISTEN x; LISTEN z")).as("no more than before").endsWith("C(LISTEN|) Z(I) ");
        assertThat(ask(world, b, "BEGIN; LISTEN w; ROLLBACK")).as("nothing").endsWith("C(ROLLBACK|) Z(I) ");
        assertThat(ask(world, a, "UNLISTEN x")).isEqualTo("C(UNLISTEN|) Z(I) ");
        assertThat(ask(world, b, "LISTEN x")).isEqualTo(DONE);
        assertThat(ask(world, a, "LISTEN x")).contains("53400");
        world.step(b, new Requests().terminate().toBytes());
        assertThat(ask(world, a, "LISTEN x; LISTEN w")).endsWith(DONE);
        world.postgres.notify("w", "to-w");
        world.settle();
        assertThat(payloads(got(a))).containsExactly("to-w");
        world.pooler.log.clear();
        world.assertClean("at the end");
    }
}
