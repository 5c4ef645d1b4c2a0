package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the time of a server is over, or of what runs on it: not before its limit, and soon behind it. */
class ServerTimeoutsTest {
    private static final ScriptedMood SILENT = new ScriptedMood() {
        @Override
        public Login login() {
            return Login.SILENCE;
        }
    };

    @Test
    void queryThatRunsTooLongIsEnded() {
        PoolerWorld world = new PoolerWorld("query_timeout = 10");
        ScriptedClient client = world.login();
        world.ask(client, "SELECT 'a.1'");
        world.pass(20);
        client.send(new Requests().query("WAIT 60000 'a.2'").toBytes());

        world.passAlmost(10);
        assertThat(client.ended()).isFalse();
        world.passRest();

        assertThat(client.ended()).isTrue();
        assertThat(PoolerWorld.take(client)).contains("query timeout");
        assertThat(world.closings("query timeout")).as("of the server and of the client").isEqualTo(2);
        assertThat(world.pooler.commons().servers()).isEmpty();
    }

    @Test
    void postgresDoesNotGoOnWithAQueryThatHasTakenTooLong() {
        for (String limit : List.of("query_timeout = 10", "transaction_timeout = 10")) {
            PoolerWorld world = new PoolerWorld(limit);
            ScriptedClient client = world.login();
            client.send(new Requests().query("WAIT 60000 'a.2'").toBytes());
            world.pass(9);
            assertThat(world.postgres.plainCancels()).isZero();

            world.pass(3);

            assertThat(client.ended()).isTrue();
            assertThat(world.postgres.plainCancels()).as(limit).isEqualTo(1);
            assertThat(world.postgres.backends()).isEmpty();
        }
    }

    /** A base backup is a query that may run for hours; what else a physical replication asks is over at once. SQL of logical replication has its limit. */
    @Test
    void queryOfPhysicalReplicationHasNoLimit() {
        PoolerWorld world = new PoolerWorld("query_timeout = 10");
        ScriptedClient physical = world.knockAt("db", "replication", "true");
        ScriptedClient logical = world.knockAt("db", "replication", "database");
        for (ScriptedClient client : List.of(physical, logical)) {
            assertThat(PoolerWorld.take(client)).endsWith("Z(I) ");
            client.send(new Requests().query("WAIT 60000 'a.2'").toBytes());
        }

        world.pass(30);

        assertThat(PoolerWorld.take(logical)).contains("query timeout");
        assertThat(physical.ended()).isFalse();
        world.pass(35);
        assertThat(PoolerWorld.take(physical)).contains("a.2").endsWith("Z(I) ");
    }

    @Test
    void transactionInWhichNothingHappensForTooLongIsEnded() {
        PoolerWorld world = new PoolerWorld("idle_transaction_timeout = 10");
        ScriptedClient client = world.login();
        world.ask(client, "BEGIN");
        world.pass(8);
        assertThat(world.ask(client, "SELECT 'a.1'")).endsWith("Z(T) ");

        world.passAlmost(10);
        assertThat(client.ended()).isFalse();
        world.passRest();

        assertThat(client.ended()).isTrue();
        assertThat(world.closings("idle transaction timeout")).isEqualTo(2);
        assertThat(world.postgres.backends()).isEmpty();
    }

    @Test
    void transactionThatLastsTooLongIsEndedHoweverBusy() {
        PoolerWorld world = new PoolerWorld("transaction_timeout = 10");
        ScriptedClient client = world.login();
        world.ask(client, "BEGIN");
        for (int i = 0; i < 9; i++) {
            world.pass(0.9);
            assertThat(world.ask(client, "SELECT 'a.1'")).endsWith("Z(T) ");
        }
        assertThat(client.ended()).isFalse();

        world.pass(3);

        assertThat(client.ended()).isTrue();
        assertThat(world.closings("transaction timeout")).isEqualTo(2);
    }

    /** Each of the requests that are sent in one write has all of the time, and each transaction. */
    @Test
    void pipelinedQueriesHaveTheirTimeEach() {
        PoolerWorld world = new PoolerWorld("query_timeout = 10\ntransaction_timeout = 15");
        ScriptedClient client = world.login();
        Requests four = new Requests();
        for (int i = 0; i < 4; i++) {
            four.query("WAIT 8000 'a." + i + "'");
        }
        client.send(four.query("WAIT 60000 'a.9'").toBytes());

        world.pass(33);
        assertThat(PoolerWorld.take(client)).contains("a.0", "a.3").endsWith("Z(I) ");
        world.pass(8);
        assertThat(client.ended()).isFalse();
        world.pass(2);

        assertThat(PoolerWorld.take(client)).contains("query timeout");
    }

    @Test
    void requestThatIsStillSentIsNeitherSlowNorIdle() {
        PoolerWorld world = new PoolerWorld("query_timeout = 10\nidle_transaction_timeout = 10");
        ScriptedClient client = world.login();
        world.ask(client, "BEGIN");
        byte[] request = new Requests().query("SELECT 'a.1' " + " ".repeat(50_000)).toBytes();
        for (int at = 0; at < request.length; at += 10_000) {
            world.pass(7);
            client.send(Arrays.copyOfRange(request, at, Math.min(request.length, at + 10_000)));
        }
        world.soon();
        assertThat(PoolerWorld.take(client)).contains("a.1").endsWith("Z(T) ");

        client.send(Arrays.copyOf(request, 20_000));
        world.passAlmost(10);
        assertThat(client.ended()).isFalse();
        world.passRest();

        assertThat(client.ended()).isTrue();
    }

    @Test
    void serverThatIsIdleTooLongIsClosed() {
        PoolerWorld world = new PoolerWorld("server_idle_timeout = 10");
        ScriptedClient client = world.login();
        world.ask(client, "SELECT 'a.1'");

        world.passAlmost(10);
        assertThat(world.postgres.backends()).hasSize(1);
        world.passRest();

        assertThat(world.postgres.backends()).isEmpty();
        assertThat(world.closings("server idle timeout")).isOne();
        assertThat(world.ask(client, "SELECT 'a.2'")).endsWith("Z(I) ");
    }

    @Test
    void serverThatIsOldIsClosedAsSoonAsItIsFree() {
        PoolerWorld world = new PoolerWorld("server_lifetime = 10");
        ScriptedClient client = world.login();
        world.ask(client, "BEGIN");
        world.pass(20);
        assertThat(world.postgres.backends()).hasSize(1);

        world.ask(client, "COMMIT");
        world.pass(2);

        assertThat(world.postgres.backends()).isEmpty();
        assertThat(world.closings("server lifetime over")).isOne();
    }

    @Test
    void idleServerIsClosedWhenItIsOld() {
        PoolerWorld world = new PoolerWorld("server_lifetime = 10");
        world.login();

        world.passAlmost(10);
        assertThat(world.postgres.backends()).hasSize(1);
        world.passRest();

        assertThat(world.postgres.backends()).isEmpty();
        assertThat(world.closings("server lifetime over")).isOne();
    }

    @Test
    void connectThatNobodyAnswersIsGivenUp() {
        PoolerWorld world = new PoolerWorld("server_connect_timeout = 10\nserver_login_retry = 60");
        world.network.silent(PoolerWorld.POSTGRES, true);
        world.knock();

        world.passAlmost(10);
        assertThat(world.closings("connect failed")).isZero();
        world.passRest();

        assertThat(world.closings("connect failed")).isOne();
    }

    @Test
    void loginThatTheServerDoesNotAnswerIsGivenUp() {
        PoolerWorld world = new PoolerWorld("server_connect_timeout = 10\nserver_login_retry = 60");
        world.postgres.mood(SILENT);
        world.knock();

        world.passAlmost(10);
        assertThat(world.closings("connect timeout")).isZero();
        world.passRest();

        assertThat(world.closings("connect timeout")).isOne();
    }

    @Test
    void resetQueryThatIsNotAnsweredEndsTheServer() {
        PoolerWorld world = new PoolerWorld("server_connect_timeout = 10\nserver_reset_query_always = 1\n"
                + "server_reset_query = WAIT 60000 'reset.1'\ndefault_pool_size = 1");
        world.login();
        ScriptedClient next = world.login();
        next.send(new Requests().query("SELECT 'b.1'").toBytes());

        world.passAlmost(10);
        assertThat(world.closings("reset query timeout")).isZero();
        world.passRest();

        assertThat(world.closings("reset query timeout")).isOne();
        assertThat(PoolerWorld.take(next)).contains("b.1");
    }

    @Test
    void setForAClientThatIsNotAnsweredEndsTheServer() {
        PoolerWorld world = new PoolerWorld("server_connect_timeout = 10");
        ScriptedClient client = world.knockAt("db", "application_name", "mine");
        PoolerWorld.take(client);
        world.postgres.outputBudget(0);
        client.send(new Requests().query("SELECT 'a.1'").toBytes());

        world.passAlmost(10);
        assertThat(world.closings("timeout while setting parameters")).isZero();
        world.passRest();

        assertThat(world.closings("timeout while setting parameters")).isEqualTo(2);
        assertThat(client.ended()).isTrue();
    }

    @Test
    void checkQueryThatIsNotAnsweredEndsTheServer() {
        PoolerWorld world = new PoolerWorld("server_connect_timeout = 10\nserver_check_delay = 1\nserver_check_query = WAIT 60000 'check.1'");
        ScriptedClient client = world.login();
        world.pass(5);
        client.send(new Requests().query("SELECT 'a.1'").toBytes());

        world.passAlmost(10);
        assertThat(world.closings("test query timeout")).isZero();
        world.passRest();

        assertThat(world.closings("test query timeout")).isOne();
        world.soon();
        assertThat(PoolerWorld.take(client)).as("the answer of another server").endsWith("Z(I) ");
    }

    @Test
    void serverIsCheckedOnlyBehindTheDelay() {
        PoolerWorld world = new PoolerWorld("server_check_delay = 10\nserver_check_query = SELECT 'check.1'");
        ScriptedClient client = world.login();
        world.passAlmost(10);
        world.ask(client, "SELECT 'a.1'");
        assertThat(world.hasLogged("P: checking: SELECT 'check.1'")).isFalse();

        world.pass(12);
        assertThat(world.ask(client, "SELECT 'a.2'")).endsWith("Z(I) ");

        assertThat(world.hasLogged("P: checking: SELECT 'check.1'")).isTrue();
    }

    @Test
    void loginIsTriedAgainNoLaterThanTheSettingSays() {
        PoolerWorld world = new PoolerWorld("db = host=127.0.0.1 port=5432 user=app min_pool_size=1", "server_login_retry = 10");
        world.postgres.terminateAll();
        world.postgres.mood(new ScriptedMood() {
            @Override
            public Login login() {
                return Login.REFUSED;
            }
        });
        world.pass(100);
        int tried = world.postgres.opened();
        assertThat(tried).as("tries in 100 seconds").isGreaterThanOrEqualTo(8);

        world.postgres.mood(ScriptedMood.GOOD);
        world.pass(10 + 2);

        assertThat(world.postgres.backends()).hasSize(1);
    }

    @Test
    void oldServerOfASessionIsReplacedBetweenItsTransactions() {
        PoolerWorld world = new PoolerWorld("pool_mode = session\nserver_fast_close = 1");
        ScriptedClient client = world.login();
        world.ask(client, "BEGIN");
        world.console("RECONNECT");
        world.pass(3);
        assertThat(client.ended()).isFalse();

        world.ask(client, "COMMIT");
        world.pass(2);

        assertThat(world.closings("database configuration changed")).isEqualTo(2);
        assertThat(client.ended()).isTrue();
    }
}
