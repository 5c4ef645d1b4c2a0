package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** Of the idle servers a client gets one that has its settings, so that PostgreSQL need not be told them again. */
class AlikeServersTest {
    private static String ask(LinkWorld world, ScriptedClient client, String sql) {
        client.takeReceived();
        world.step(client, new Requests().query(sql).toBytes());
        return ScriptedClient.describe(client.takeReceived());
    }

    @Test
    void clientsGetTheServersThatHaveTheirSettings() {
        LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = 2\n"), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        for (ScriptedClient client : List.of(a, b)) {
            ask(world, client, client == a ? "SET work_mem = 'large'" : "SET search_path = 'mine'");
            ask(world, client, "BEGIN");
        }
        ask(world, a, "COMMIT");
        ask(world, b, "COMMIT");
        world.pooler.log.clear();

        for (int i = 0; i < 3; i++) {
            assertThat(ask(world, a, "SHOW work_mem")).contains("D(|large)");
            assertThat(ask(world, b, "SHOW search_path")).contains("D(|mine)");
        }

        assertThat(world.pooler.log.lines()).noneMatch(line -> line.contains("varcache_apply"));
        world.assertClean("two servers");
    }
}
