package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** What a server is told before its client's next request, and what comes of it. */
class BridgeTest {
    private static final Config ONE_SERVER = SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\n");

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    private static String got(ScriptedClient client) {
        return ScriptedClient.describe(client.takeReceived());
    }

    @Test
    void valueThatPostgresRefusesIsItsErrorForTheClientAndCostsNoServer() {
        for (int cut = 0; cut < 140; cut++) {
            LinkWorld world = new LinkWorld(ONE_SERVER, 1);
            ScriptedClient other = world.login(0, "application_name", "other");
            ScriptedClient client = world.login(0, "application_name", "client", "TimeZone", "nonsense");
            world.step(other, query("SELECT 'b.1'"));
            got(other);
            world.postgres.outputBudget(cut);

            world.step(client, query("SELECT 'a.1'"));
            world.step(other, query("SHOW application_name"));

            String what = "replies cut at " + cut;
            assertThat(got(client)).as(what).isEqualTo("E(SFATAL|C22023|Minvalid value for parameter \"TimeZone\": \"nonsense\"|) ");
            assertThat(client.ended()).as(what).isTrue();
            assertThat(got(other)).as(what).isEqualTo("T(|token|) D(|other) C(SELECT 1|) Z(I) ");
            assertThat(world.postgres.opened()).as(what).isEqualTo(1);
            assertThat(world.postgres.complaints()).as(what).isEmpty();
            assertThat(world.pooler.buffersTaken()).as(what).isZero();
        }
    }
}
