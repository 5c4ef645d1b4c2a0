package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What pools and databases do when time has passed. */
class PoolTimeoutsTest {
    @Test
    void reserveIsOpenedForWhoHasWaitedLongEnough() {
        PoolerWorld world = new PoolerWorld("default_pool_size = 1\nreserve_pool_size = 1\nreserve_pool_timeout = 10\nquery_wait_notify = 0");
        ScriptedClient holder = world.login();
        ScriptedClient waiter = world.login();
        world.ask(holder, "BEGIN");
        waiter.send(new Requests().query("SELECT 'b.1'").toBytes());

        world.passAlmost(10);
        assertThat(PoolerWorld.take(waiter)).isEmpty();
        world.passRest();

        assertThat(PoolerWorld.take(waiter)).endsWith("Z(I) ");
        assertThat(world.hasLogged("taking connection from reserve_pool")).isTrue();
    }

    @Test
    void poolThatNobodyUsesIsDropped() {
        PoolerWorld world = new PoolerWorld("pool_idle_timeout = 10\nserver_idle_timeout = 1");
        ScriptedClient client = world.login();
        world.pass(20);
        assertThat(world.console("SHOW POOLS")).as("a client is there").contains("db");
        client.close();
        world.soon();

        world.passAlmost(10);
        assertThat(world.console("SHOW POOLS")).contains("db");
        world.passRest();

        assertThat(world.console("SHOW POOLS")).doesNotContain("db");
        assertThat(world.hasLogged("cleaning up idle pool for user app on db db because: pool idle timeout")).isTrue();
    }

    @Test
    void automaticDatabaseThatNobodyUsesIsDropped() {
        PoolerWorld world = new PoolerWorld("* = host=127.0.0.1 port=5432 user=app",
                "autodb_idle_timeout = 10\nserver_idle_timeout = 1\npool_idle_timeout = 1");
        ScriptedClient client = world.loginTo("fresh");
        world.pass(20);
        assertThat(world.console("SHOW DATABASES")).as("a client is there").contains("fresh");
        client.close();
        world.pass(4);
        assertThat(world.console("SHOW DATABASES")).contains("fresh");

        world.pass(14);

        assertThat(world.console("SHOW DATABASES")).doesNotContain("fresh");
    }

    @Test
    void totalsAreLoggedOncePerPeriod() {
        PoolerWorld world = new PoolerWorld("stats_period = 10");
        world.pass(9);
        assertThat(world.hasLogged("stats: ")).isFalse();

        world.pass(21.5);

        assertThat(world.log.lines().stream().filter(line -> line.contains("stats: "))).hasSize(3);
    }

    @Test
    void noTotalsAreLoggedWhenNobodyWantsThem() {
        PoolerWorld world = new PoolerWorld("stats_period = 10\nlog_stats = 0");

        world.pass(30);

        assertThat(world.hasLogged("stats: ")).isFalse();
    }
}
