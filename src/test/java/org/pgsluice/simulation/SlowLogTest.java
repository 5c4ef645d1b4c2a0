package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What log_min_duration_query and log_min_duration_wait write. */
class SlowLogTest {
    /** The texts behind the connection's name. */
    private static List<String> lines(PoolerWorld world, String what) {
        return world.log.lines().stream().filter(line -> line.contains(what)).map(line -> line.substring(line.indexOf(what))).toList();
    }

    private static void slowly(PoolerWorld world, ScriptedClient client, byte[] request) {
        world.postgres.outputBudget(0);
        client.send(request);
        world.pass(0.9);
        world.postgres.outputBudget(Long.MAX_VALUE);
        world.soon();
        PoolerWorld.take(client);
    }

    @Test
    void slowQueryIsNamedByItsFingerprint() {
        PoolerWorld world = new PoolerWorld("log_min_duration_query = 500");
        ScriptedClient client = world.login();
        world.ask(client, "SELECT 'a.1'");
        slowly(world, client, new Requests().query("SELECT 'a.2'").toBytes());
        slowly(world, client, new Requests().query("SELECT 'a.3'").toBytes());

        List<String> lines = lines(world, "slow query: ");
        assertThat(lines).hasSize(2).allMatch(line -> line.matches("slow query: \\d+ ms, statement [0-9a-f]+"));
        assertThat(lines).extracting(line -> line.substring(line.indexOf("statement"))).as("the constant does not count").hasSameSizeAs(lines)
                .containsOnly(lines.getFirst().substring(lines.getFirst().indexOf("statement")));
        assertThat(lines).noneMatch(line -> line.contains("SELECT"));
    }

    @Test
    void preparedStatementIsNamedToo() {
        PoolerWorld world = new PoolerWorld("log_min_duration_query = 500\nlog_statement_text = 1");
        ScriptedClient client = world.login();
        client.send(new Requests().parse("s", "SELECT 'a.1'").sync().toBytes());
        world.soon();
        world.ask(client, "SELECT 'b.1'");
        slowly(world, client, new Requests().bind("s").execute(0).sync().toBytes());
        slowly(world, client, new Requests().parse("", "SELECT 'c.1'").bind("").execute(0).sync().toBytes());

        assertThat(lines(world, "slow query: ")).extracting(line -> line.substring(line.indexOf(": S") + 2)).containsExactly("SELECT 'a.1'", "SELECT 'c.1'");
    }

    @Test
    void nothingIsSaidWhereNobodyAsks() {
        PoolerWorld world = new PoolerWorld("log_min_duration_query = -1");
        ScriptedClient client = world.login();
        slowly(world, client, new Requests().query("SELECT 'a.1'").toBytes());

        assertThat(lines(world, "slow query: ")).isEmpty();
    }

    @Test
    void databaseCountsBeforeTheSetting() {
        PoolerWorld world = new PoolerWorld("db = host=127.0.0.1 port=5432 user=app log_min_duration_query=-1 log_min_duration_wait=100\n"
                + "loud = host=127.0.0.1 port=5432 user=app", "log_min_duration_query = 500\ndefault_pool_size = 1");
        slowly(world, world.login(), new Requests().query("SELECT 'a.1'").toBytes());
        assertThat(lines(world, "slow query: ")).isEmpty();

        slowly(world, world.loginTo("loud"), new Requests().query("SELECT 'a.1'").toBytes());
        assertThat(lines(world, "slow query: ")).hasSize(1);
    }

    @Test
    void longWaitIsNamed() {
        PoolerWorld world = new PoolerWorld("log_min_duration_wait = 500\ndefault_pool_size = 1");
        ScriptedClient holder = world.login();
        ScriptedClient waiter = world.login();
        world.ask(holder, "BEGIN");
        waiter.send(new Requests().query("SELECT 'b.1'").toBytes());
        world.pass(2);
        world.ask(holder, "COMMIT");

        assertThat(lines(world, "long wait for a server: ")).singleElement().asString().matches("long wait for a server: 2\\d\\d\\d ms");
        assertThat(PoolerWorld.take(waiter)).endsWith("Z(I) ");
    }

    @Test
    void reloadTurnsItOn() {
        PoolerWorld world = new PoolerWorld("");
        ScriptedClient client = world.login();
        world.console("SET log_min_duration_query=500");
        slowly(world, client, new Requests().query("SELECT 'a.1'").toBytes());

        assertThat(lines(world, "slow query: ")).hasSize(1);
    }
}
