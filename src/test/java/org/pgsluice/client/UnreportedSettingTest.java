package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** Before PostgreSQL 18 a server does not report search_path: what it has is known only from what it was told, and from what it answers. */
class UnreportedSettingTest {
    private static String ask(LinkWorld world, ScriptedClient client, String sql) {
        client.takeReceived();
        world.step(client, new Requests().query(sql).toBytes());
        return ScriptedClient.describe(client.takeReceived());
    }

    /** A question about something else says nothing of it. */
    @ParameterizedTest
    @ValueSource(strings = {
        "CREATE TEMP TABLE x; DROP TABLE x", "SELECT pg_advisory_lock(1); SELECT pg_advisory_unlock(1)", "SET app.tenant = 'acme'", "PREPARE s AS SELECT 'a.1'"
    })
    void itIsKeptWhereSomethingElseIsAskedFor(String sql) {
        LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = 2\n"), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, "SET search_path = 'mine'");
        ask(world, a, sql);

        assertThat(ask(world, b, "SHOW search_path")).as("of a stranger").doesNotContain("mine").endsWith("Z(I) ");
        ask(world, b, "BEGIN");
        assertThat(ask(world, a, "SHOW search_path")).as("on another server").contains("D(|mine)");
        ask(world, b, "COMMIT");
        world.assertClean(sql);
    }
}
