package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** Clients that send the same text and have it read by different settings. One server, shared in transaction mode. */
class StatementReadingTest {
    private static final Config ONE_SERVER = SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\n");

    private final LinkWorld world = new LinkWorld(ONE_SERVER, 1);

    private static Requests send() {
        return new Requests();
    }

    private static Requests use(Requests requests, String name) {
        return requests.bind(name, "x.1").execute(0);
    }

    private String ask(ScriptedClient client, Requests requests) {
        return ask(world, client, requests);
    }

    private static String ask(LinkWorld world, ScriptedClient client, Requests requests) {
        client.takeReceived();
        world.step(client, requests.toBytes());
        return ScriptedClient.brief(client.takeReceived());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DateStyle", "TimeZone", "IntervalStyle", "standard_conforming_strings"})
    void literalHasTheValueThatItsOwnClientsSettingsGiveIt(String setting) {
        world.postgres.standard("IntervalStyle", "postgres");
        ScriptedClient a = world.login(0, setting, "Zone/1");
        ScriptedClient b = world.login(0, setting, "Zone/2");
        String text = "SELECT '@" + setting + "'";

        for (int i = 0; i < 2; i++) {
            String name = "s" + i;
            assertThat(ask(a, use(send().parse(name, text), name).sync())).isEqualTo("1 2 D:Zone/1 C:SELECT 1 Z:I");
            assertThat(ask(b, use(send().parse(name, text), name).sync())).isEqualTo("1 2 D:Zone/2 C:SELECT 1 Z:I");
            assertThat(ask(a, use(send(), name).sync())).isEqualTo("2 D:Zone/1 C:SELECT 1 Z:I");
        }
        assertThat(ask(a, send().query("SET " + setting + " = 'Zone/3'"))).contains("C:SET");
        assertThat(ask(a, use(send(), "s0").sync())).as("parsed before").isEqualTo("2 D:Zone/1 C:SELECT 1 Z:I");
        world.assertClean(setting);
    }

    @Test
    void textThatWasReadBehindASettingUnderWayReachesNobodyElse() {
        for (int cut = 0; cut < 120; cut++) {
            LinkWorld world = new LinkWorld(ONE_SERVER, 1);
            ScriptedClient a = world.login(0, "TimeZone", "Zone/1");
            ScriptedClient b = world.login(0, "TimeZone", "Zone/1");
            ask(world, a, send().query("SELECT 'a.1'"));
            world.postgres.outputBudget(cut);

            ask(world, a, use(send().query("SET TimeZone = 'Zone/2'").parse("s", "SELECT '@TimeZone'"), "s").sync());
            String others = ask(world, b, use(send().parse("s", "SELECT '@TimeZone'"), "s").sync());

            assertThat(others).as("replies cut at " + cut).isEqualTo("1 2 D:Zone/1 C:SELECT 1 Z:I");
            assertThat(ask(world, a, use(send(), "s").sync())).as("replies cut at " + cut).isEqualTo("2 D:Zone/2 C:SELECT 1 Z:I");
            world.assertClean("cut at " + cut);
        }
    }

    @Test
    void textBeyondAsciiIsReadInItsClientsEncodingAndAnyOtherIsSharedByAll() {
        ScriptedClient a = world.login(0, "client_encoding", "UTF8", "TimeZone", "Zone/1");
        ScriptedClient b = world.login(0, "client_encoding", "LATIN1", "TimeZone", "Zone/2");

        ask(a, send().parse("plain", "SELECT $1").sync());
        assertThat(ask(b, use(send().parse("plain", "SELECT $1"), "plain").sync())).isEqualTo("1 2 D:x.1 C:SELECT 1 Z:I");
        assertThat(world.pooler.commons.catalog().size()).isEqualTo(1);
        ask(a, send().parse("beyond", "SELECT $1 -- \u00e9").sync());
        ask(b, send().parse("beyond", "SELECT $1 -- \u00e9").sync());
        assertThat(world.pooler.commons.catalog().size()).isEqualTo(3);
    }
}
