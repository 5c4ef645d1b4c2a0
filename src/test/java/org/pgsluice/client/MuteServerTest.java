package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** A server that cannot say what a session has left in it, as another product than PostgreSQL. */
class MuteServerTest {
    private static final String ONE_ROW = "C(SELECT 1|) Z(I) ";

    private static Config config(int servers) {
        return SimulatedPooler.config("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = " + servers + "\nmax_prepared_statements = 10\n");
    }

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    private static String got(ScriptedClient client) {
        return ScriptedClient.describe(client.takeReceived());
    }

    @Test
    void serverThatDoesNotSayWhatItHasStaysWithItsClientAndGoesWithIt() {
        LinkWorld world = new LinkWorld(config(1), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);

        world.step(a, query("SET poison = 'x'"));
        world.step(b, query("SELECT 'b.1'"));
        got(a);
        world.step(a, query("SET work_mem = 'large'"));
        world.step(a, query("SELECT 'a.1'"));

        assertThat(got(a)).endsWith(ONE_ROW);
        assertThat(got(b)).endsWith(ONE_ROW);
        assertThat(world.postgres.backends()).hasSize(2);
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.contains("does not say what its session has"));

        a.close();
        world.settle();
        assertThat(world.postgres.backends()).as("nobody else gets that server").hasSize(1);
    }

    /** Behind a text that nobody understands it is asked for channels too. */
    @Test
    void serverThatDoesNotSayWhatItListensToStaysWithItsClientTooUnlessThatListens() {
        for (String text : List.of("NOTICE 'a.1'", "LISTEN x")) {
            LinkWorld world = new LinkWorld(config(1), 1);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.step(a, query("BEGIN"));
            world.step(a, query("SET poison = 'x'"));
            world.step(a, query(text));
            got(a);

            world.step(a, query("COMMIT"));
            world.step(b, query("SELECT 'b.1'"));

            assertThat(a.ended()).as(text).isEqualTo(text.startsWith("LISTEN"));
            assertThat(got(b)).endsWith(ONE_ROW);
            assertThat(world.postgres.opened()).as(text).isEqualTo(2);
        }
    }

    @Test
    void clientWhoseServerDoesNotSayWhatItHasAndMayNotStayIsClosed() {
        LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nmax_pinned_servers = 0\n"), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);

        world.step(a, query("SET poison = 'x'"));
        world.step(b, query("SELECT 'b.1'"));

        assertThat(a.ended()).isTrue();
        assertThat(got(b)).endsWith(ONE_ROW);
        assertThat(world.postgres.opened()).isEqualTo(2);
    }
}
