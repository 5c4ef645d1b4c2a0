package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** A RESET within a transaction gives the client's value of its login, at once, and the transaction's end leaves what it leaves in a session. */
class ResetInTransactionTest {
    private static LinkWorld world(String mode, int servers) {
        return new LinkWorld(SimulatedPooler.config("pool_mode = " + mode + "\ndefault_pool_size = " + servers + "\n"), 1);
    }

    private static String ask(LinkWorld world, ScriptedClient client, String sql) {
        client.takeReceived();
        world.step(client, new Requests().query(sql).toBytes());
        return ScriptedClient.describe(client.takeReceived());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET TimeZone", "RESET ALL", "SET TimeZone TO DEFAULT", "SET TimeZone='Zone/3'; RESET ALL"})
    void trackedValueIsThereBeforeTheClientGoesOn(String reset) {
        for (String mode : List.of("transaction", "session")) {
            for (int cut = 0; cut < 300; cut += 3) {
                LinkWorld world = world(mode, 1);
                ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
                ask(world, client, "SET TimeZone='Zone/2'");
                ask(world, client, "BEGIN");
                world.postgres.outputBudget(cut);

                String what = mode + ", replies cut at " + cut;
                String answer = ask(world, client, reset);
                assertThat(answer).as(what).contains("S(TimeZone|Zone/1|)").doesNotContain("Etc/UTC").endsWith("Z(T) ");
                assertThat(ask(world, client, "SHOW TimeZone")).as(what).isEqualTo("T(|token|) D(|Zone/1) C(SELECT 1|) Z(T) ");
                assertThat(ask(world, client, "COMMIT")).as(what).doesNotContain("Etc/UTC").endsWith("Z(I) ");
                assertThat(ask(world, client, "SHOW TimeZone")).as(what).isEqualTo("T(|token|) D(|Zone/1) C(SELECT 1|) Z(I) ");
                world.assertClean(what);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET work_mem", "RESET ALL", "SET work_mem TO DEFAULT"})
    void valueOfAnyOtherSettingTooAndNobodyElseMeetsIt(String reset) {
        for (int cut = 0; cut < 300; cut += 7) {
            LinkWorld world = world("transaction", 1);
            ScriptedClient client = world.login(0, "options", "-c work_mem=mine");
            ScriptedClient other = world.login(0);
            ask(world, client, "SET work_mem = 'large'");
            ask(world, client, "BEGIN");
            world.postgres.outputBudget(cut);

            String what = "replies cut at " + cut;
            assertThat(ask(world, client, reset)).as(what).endsWith("Z(T) ");
            assertThat(ask(world, client, "SHOW work_mem")).as(what).contains("D(|mine)");
            ask(world, client, "COMMIT");
            assertThat(ask(world, other, "SHOW work_mem")).as(what).doesNotContain("mine");
            assertThat(ask(world, client, "SHOW work_mem")).as(what).contains("D(|mine)");
            world.assertClean(what);
        }
    }

    /** What a RESET takes is brought back behind the string, whose COPY waits for data: those must not wait for it, and what stands behind them must. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN|RESET TimeZone|COPY IN 'a.1'",
                "SET TimeZone='Zone/2'|RESET ALL; COPY IN 'a.1'",
                "BEGIN|RESET ALL; COPY IN 'a.1'; COPY IN 'a.2'"
            })
    void copyInBehindAResetGetsItsData(String texts) {
        String[] each = texts.split("\\|", -1);
        String last = each[each.length - 1];
        for (int cut = 0; cut < 200; cut += 11) {
            for (boolean fails : new boolean[] {false, true}) {
                LinkWorld world = world("transaction", 1);
                ScriptedClient client = world.login(0, "TimeZone", "Zone/1");
                for (int i = 0; i < each.length - 1; i++) {
                    ask(world, client, each[i]);
                }
                client.takeReceived();
                world.requestCut = cut;
                world.postgres.outputBudget(cut);
                Requests requests = new Requests().query(last).copyData("a.3");
                if (last.endsWith("'a.2'") && !fails) {
                    requests.copyDone().copyData("a.4");
                }
                world.step(client, (fails ? requests.copyFail("no") : requests.copyDone()).query("SHOW TimeZone").query("ROLLBACK").toBytes());

                String what = "cut at " + cut + (fails ? ", fails" : "");
                String answer = ScriptedClient.describe(client.takeReceived());
                assertThat(answer).as(what).contains(fails ? "57014" : "C(COPY 3|)").contains(fails ? "Z(" : "D(|Zone/1)").endsWith("Z(I) ");
                assertThat(ask(world, client, "SHOW TimeZone")).as(what).contains("D(|Zone/");
                world.assertClean(what);
            }
        }
    }

    /** A client that has asked for nothing at its login, or that sets something until the transaction ends, is not to wait for anything. */
    @Test
    void nothingIsToldToAServerWithoutAReason() {
        LinkWorld world = world("transaction", 1);
        ScriptedClient asking = world.login(0, "options", "-c work_mem=mine");
        ask(world, asking, "BEGIN");
        world.pooler.log.clear();

        ask(world, asking, "SET LOCAL lock_timeout = 1");
        ask(world, asking, "SET lock_timeout = 1");
        ask(world, asking, "COMMIT");
        ScriptedClient plain = world.login(0);
        ask(world, plain, "BEGIN");
        assertThat(world.pooler.log.lines()).as("but for what the first has set").filteredOn(line -> line.contains("varcache_apply")).hasSize(1);
        ask(world, plain, "RESET ALL");

        assertThat(world.pooler.log.lines()).filteredOn(line -> line.contains("varcache_apply")).hasSize(1);
        world.assertClean("at the end");
    }

    private static byte[] inOneWrite(boolean extended, String... statements) {
        Requests requests = new Requests();
        for (String sql : statements) {
            if (extended) {
                requests.parse("", sql).bind("").describePortal().execute(0).sync();
            } else {
                requests.query(sql);
            }
        }
        return requests.toBytes();
    }

    @ParameterizedTest
    @CsvSource({"RESET ALL, false", "RESET ALL, true", "RESET work_mem; RESET TimeZone, false", "SET TimeZone='Zone/2'; RESET ALL, false",
        "SET TimeZone TO DEFAULT; SET work_mem TO DEFAULT, false", "DISCARD ALL, true"})
    void requestsInOneWriteWithAResetFindTheValuesOfTheLogin(String reset, boolean extended) {
        byte[] requests = inOneWrite(extended, "SET work_mem='large'", reset, "SHOW TimeZone", "SHOW work_mem", "SHOW TimeZone");
        for (int cut = 0; cut < requests.length; cut += 3) {
            boolean inside = cut % 2 == 0;
            LinkWorld world = world("transaction", 1);
            ScriptedClient client = world.login(0, "TimeZone", "Zone/1", "options", "-c work_mem=mine");
            if (inside) {
                ask(world, client, "BEGIN");
            }
            world.requestCut = cut + (inside ? new Requests().query("BEGIN").toBytes().length : 0);
            world.step(client, requests);
            String what = reset + ", cut at " + cut;
            assertThat(ScriptedClient.describe(client.takeReceived())).as(what).contains("D(|Zone/1)", "D(|mine)").doesNotContain("Etc/UTC", "D(|large)", "E(")
                    .endsWith(inside ? "Z(T) " : "Z(I) ");
            ask(world, client, "COMMIT");
            world.assertClean(what);
        }
    }

    @Test
    void failedTransactionIsLeftAlone() {
        LinkWorld world = world("transaction", 1);
        ScriptedClient client = world.login(0, "TimeZone", "Zone/1", "options", "-c work_mem=mine");

        ask(world, client, "BEGIN");
        assertThat(ask(world, client, "RESET work_mem; ERROR 'a.1'")).endsWith("Z(E) ");
        assertThat(ask(world, client, "ROLLBACK")).endsWith("Z(I) ");
        assertThat(ask(world, client, "SHOW work_mem")).contains("D(|mine)");
        world.assertClean("at the end");
    }
}
