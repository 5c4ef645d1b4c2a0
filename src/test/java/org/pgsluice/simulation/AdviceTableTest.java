package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** SHOW ADVICE of a pooler that has reasons for it. What each rule says is AdviceTest's. */
class AdviceTableTest {
    @Test
    void waitForAFullPoolIsSeen() {
        PoolerWorld world = new PoolerWorld("default_pool_size = 1");
        assertThat(world.rows("SHOW ADVICE")).isEmpty();
        ScriptedClient holder = world.login();
        ScriptedClient waiter = world.login();
        world.ask(holder, "BEGIN");
        waiter.send(new Requests().query("SELECT 'b.1'").toBytes());
        world.pass(12);

        assertThat(world.rows("SHOW ADVICE")).extracting(row -> row.subList(0, 4)).containsExactly(
                List.of("warning", "db", "app", "pool_too_small"), List.of("warning", "db", "app", "idle_in_transaction"));
    }

    @Test
    void reasonsOfClosingAreNewForAPeriod() {
        PoolerWorld world = new PoolerWorld("stats_period = 10\nlog_stats = 0");
        world.knockAt("nowhere");
        assertThat(world.rows("SHOW ADVICE")).singleElement().satisfies(
                row -> assertThat(row).startsWith("warning").contains("clients_closed_client_config_error", "1"));

        world.pass(21);

        assertThat(world.rows("SHOW ADVICE")).singleElement().satisfies(row -> assertThat(row).startsWith("notice"));
    }

    @Test
    void whyNoServerCanBeHadIsSeen() {
        PoolerWorld world = new PoolerWorld("db = host=127.0.0.1 port=1 user=app", "");
        ScriptedClient client = world.knock();
        world.pass(2);

        assertThat(world.rows("SHOW ADVICE").getFirst()).startsWith("warning", "db", "app", "no_server", "1");
        assertThat(client.ended()).isFalse();
    }
}
