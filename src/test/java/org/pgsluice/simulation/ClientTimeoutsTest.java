package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;
import org.pgsluice.pool.PauseMode;

/** When a client's time is over: not before its limit, and soon behind it. */
class ClientTimeoutsTest {
    private static final SocketAddress OTHER_POSTGRES = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5433);

    @Test
    void clientThatIsIdleTooLongIsEnded() {
        PoolerWorld world = new PoolerWorld("client_idle_timeout = 10");
        ScriptedClient client = world.login();
        world.pass(8);
        assertThat(world.ask(client, "SELECT 'a.1'")).endsWith("Z(I) ");

        world.passAlmost(10);
        assertThat(client.ended()).isFalse();
        world.passRest();

        assertThat(client.ended()).isTrue();
        assertThat(PoolerWorld.take(client)).contains("client_idle_timeout");
        assertThat(world.closings("client_idle_timeout")).isOne();
    }

    @Test
    void clientThatForgetsAServerThatItKeepsIsEndedAndTheServerGoesOn() {
        PoolerWorld world = new PoolerWorld("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = 1\npinned_idle_timeout = 10");
        ScriptedClient keeper = world.login();
        ScriptedClient other = world.login();
        world.ask(keeper, "SELECT pg_advisory_lock(1)");
        world.pass(8);
        assertThat(world.ask(keeper, "SELECT 'a.1'")).endsWith("Z(I) ");
        assertThat(world.log.lines()).anyMatch(line -> line.contains("for its session: advisory lock (statement "));

        world.passAlmost(10);
        assertThat(keeper.ended()).isFalse();
        world.passRest();

        assertThat(keeper.ended()).isTrue();
        assertThat(PoolerWorld.take(keeper)).contains("pinned_idle_timeout");
        assertThat(world.ask(other, "SELECT 'b.1'")).endsWith("Z(I) ");
        assertThat(world.closings("pinned_idle_timeout")).isOne();
    }

    @Test
    void serverThatIsKeptForASequenceIsKeptForASecond() {
        PoolerWorld world = new PoolerWorld("pool_mode = transaction\nsession_state = carry\ndefault_pool_size = 1");
        ScriptedClient keeper = world.login();
        ScriptedClient other = world.login();
        world.ask(keeper, "SELECT lastval()");
        world.ask(keeper, "SELECT nextval('s')");
        other.send(new Requests().query("SELECT 'b.1'").toBytes());

        world.passAlmost(1);
        assertThat(PoolerWorld.take(other)).isEmpty();
        world.pass(2);

        assertThat(PoolerWorld.take(other)).contains("b.1");
        assertThat(keeper.ended()).isFalse();
    }

    @Test
    void clientInATransactionIsNotIdle() {
        PoolerWorld world = new PoolerWorld("client_idle_timeout = 3");
        ScriptedClient client = world.login();
        world.ask(client, "BEGIN");

        world.pass(20);

        assertThat(client.ended()).isFalse();
    }

    @Test
    void loginThatTakesTooLongIsEnded() {
        PoolerWorld world = new PoolerWorld("client_login_timeout = 10");
        ScriptedClient silent = world.connect();
        ScriptedClient slow = world.connect();
        slow.send(Arrays.copyOf(Requests.startup("user", "root", "database", "db"), 12));

        world.passAlmost(10);
        assertThat(silent.ended()).isFalse();
        assertThat(slow.ended()).isFalse();
        world.passRest();

        assertThat(silent.ended()).isTrue();
        assertThat(slow.ended()).isTrue();
        assertThat(PoolerWorld.take(slow)).contains("client_login_timeout");
        assertThat(world.closings("client_login_timeout")).isEqualTo(2);
    }

    @Test
    void loginThatWaitsForAuthQueryTooLongIsEnded() {
        PoolerWorld world = new PoolerWorld("db = host=127.0.0.1 port=5433 auth_user=asker", "auth_type = md5\nclient_login_timeout = 10");
        byte[] welcome = new MessageWriter()
                .begin(BackendTag.AUTHENTICATION).int32(0).end().begin(BackendTag.READY_FOR_QUERY).int8('I').end().toBytes();
        RawServer server = new RawServer(world.outside, OTHER_POSTGRES, (peer, bytes) -> {
            if (peer.count() == 1) {
                peer.send(welcome);
            }
        });
        ScriptedClient client = world.knock();

        world.passAlmost(10);
        assertThat(client.ended()).isFalse();
        world.passRest();

        assertThat(client.ended()).isTrue();
        assertThat(PoolerWorld.take(client)).contains("client_login_timeout");
        assertThat(server.peers()).hasSize(1).noneMatch(RawServer.Peer::isOpen);
    }

    @Test
    void databaseThatWasOnlyAskedForASecretIsDroppedAtOnce() {
        PoolerWorld world = new PoolerWorld("* = host=127.0.0.1 port=5433 auth_user=asker", "auth_type = md5\nautodb_idle_timeout = 0");
        byte[] error = PgError.fatal("3D000", "database does not exist").toErrorResponse();
        new RawServer(world.outside, OTHER_POSTGRES, (peer, bytes) -> {
            peer.send(error);
            peer.close();
        });
        for (int i = 0; i < 20; i++) {
            assertThat(PoolerWorld.take(world.knockAt("scan" + i))).contains("database does not exist");
        }

        world.pass(5);

        assertThat(world.pooler.books().registry().databases()).extracting(Object::toString).containsExactly("pgbouncer");
    }

    @Test
    void loginThatWaitsForTheFirstServerTooLongIsEnded() {
        PoolerWorld world = new PoolerWorld("client_login_timeout = 10\nserver_connect_timeout = 0");
        world.network.silent(PoolerWorld.POSTGRES, true);
        ScriptedClient client = world.knock();

        world.passAlmost(10);
        assertThat(client.ended()).isFalse();
        world.passRest();

        assertThat(client.ended()).isTrue();
        assertThat(world.closings("client_login_timeout (server down)")).isOne();
    }

    @Test
    void loginThatWaitsForTheFirstServerForLongerThanAnyQueryIsEnded() {
        PoolerWorld world = new PoolerWorld("query_timeout = 10\nserver_connect_timeout = 0");
        world.network.silent(PoolerWorld.POSTGRES, true);
        ScriptedClient client = world.knock();

        world.passAlmost(10);
        assertThat(client.ended()).isFalse();
        world.passRest();

        assertThat(client.ended()).isTrue();
        assertThat(PoolerWorld.take(client)).contains("query_timeout");
        assertThat(world.closings("query_timeout")).isOne();
    }

    @Test
    void clientThatWaitsForAServerTooLongIsEnded() {
        PoolerWorld world = new PoolerWorld("query_wait_timeout = 10\ndefault_pool_size = 1");
        ScriptedClient holder = world.login();
        ScriptedClient waiter = world.login();
        world.ask(holder, "BEGIN");
        waiter.send(new Requests().query("SELECT 'b.1'").toBytes());

        world.passAlmost(10);
        assertThat(waiter.ended()).isFalse();
        world.passRest();

        assertThat(waiter.ended()).isTrue();
        assertThat(PoolerWorld.take(waiter)).contains("query_wait_timeout");
        assertThat(world.closings("query_wait_timeout")).isOne();
        assertThat(world.ask(holder, "SELECT 'a.1'")).endsWith("Z(T) ");
    }

    @Test
    void clientIsToldThatItWaits() {
        PoolerWorld world = new PoolerWorld("query_wait_notify = 5\ndefault_pool_size = 1");
        ScriptedClient holder = world.login();
        ScriptedClient waiter = world.login();
        world.ask(holder, "BEGIN");
        waiter.send(new Requests().query("SELECT 'b.1'").toBytes());

        world.passAlmost(5);
        assertThat(PoolerWorld.take(waiter)).isEmpty();
        world.passRest();

        assertThat(PoolerWorld.take(waiter)).startsWith("N(").contains("No server connection available");
        assertThat(waiter.ended()).isFalse();
    }

    @Test
    void senderOfACancelRequestThatCannotBePassedOnWaitsOnlySoLong() {
        PoolerWorld world = new PoolerWorld("cancel_wait_timeout = 10\ndefault_pool_size = 1");
        ScriptedClient client = world.knock();
        byte[] key = world.cancelKey(client);
        client.send(new Requests().query("WAIT 60000 'a.1'").toBytes());
        world.soon();
        world.network.silent(PoolerWorld.POSTGRES, true);
        ScriptedClient sender = world.cancel(key);

        world.passAlmost(10);
        assertThat(sender.ended()).isFalse();
        world.passRest();

        assertThat(sender.ended()).isTrue();
        assertThat(world.closings("cancel_wait_timeout")).isOne();
    }

    @Test
    void serverThatDoesNotAnswerHoldsSuspendUpOnlySoLong() {
        PoolerWorld world = new PoolerWorld("suspend_timeout = 10");
        ScriptedClient client = world.knockAt("db", "TimeZone", "Mars/Olympus");
        assertThat(PoolerWorld.take(client)).endsWith("Z(I) ");
        world.postgres.outputBudget(0);
        client.send(new Requests().query("SELECT 'a.1'").toBytes());
        world.soon();
        ScriptedClient operator = world.loginTo("pgbouncer");
        operator.send(new Requests().query("SUSPEND").toBytes());

        world.passAlmost(10);
        assertThat(PoolerWorld.take(operator)).as("the SET for the client is under way").isEmpty();
        world.passRest();

        assertThat(PoolerWorld.take(operator)).contains("SUSPEND");
        assertThat(world.closings("suspend_timeout")).isPositive();
        assertThat(client.ended()).isTrue();
    }

    @Test
    void suspendWaitsOnlyForTheStatementsBeforeAClientsFirstMessage() {
        PoolerWorld world = new PoolerWorld("suspend_timeout = 10");
        ScriptedClient client = world.knockAt("db", "TimeZone", "Mars/Olympus");
        assertThat(PoolerWorld.take(client)).endsWith("Z(I) ");
        world.postgres.outputBudget(0);
        client.send(new Requests().query("SELECT 'a.1'").toBytes());
        world.soon();
        ScriptedClient operator = world.loginTo("pgbouncer");
        operator.send(new Requests().query("SUSPEND").toBytes());
        world.pass(2);
        world.postgres.outputBudget(Long.MAX_VALUE);
        world.soon();

        assertThat(PoolerWorld.take(operator)).as("the SET has been answered").contains("SUSPEND");
        assertThat(world.ask(operator, "RESUME")).contains("RESUME");
        assertThat(PoolerWorld.take(client)).endsWith("Z(I) ");
    }

    @Test
    void resumeRightBehindSuspendLeavesNobodyStopped() {
        PoolerWorld world = new PoolerWorld("suspend_timeout = 10");
        ScriptedClient client = world.login();
        ScriptedClient one = world.loginTo("pgbouncer");
        ScriptedClient two = world.loginTo("pgbouncer");

        for (int i = 0; i < 50; i++) {
            one.send(new Requests().query("SUSPEND").toBytes());
            two.send(new Requests().query("RESUME").toBytes());
            world.soon();
            world.ask(two, "RESUME");

            assertThat(world.ask(client, "SELECT 'a." + i + "'")).as("round " + i).contains("a." + i);
        }
    }

    /** As of two processes that take over at once: what the first was given may not be read here again. */
    @Test
    void whoeverIsRefusedASuspendEndsNobodyElses() {
        PoolerWorld world = new PoolerWorld("");
        ScriptedClient operator = world.loginTo("pgbouncer");
        ScriptedClient late = world.loginTo("pgbouncer");
        assertThat(world.ask(operator, "SUSPEND")).contains("C(SUSPEND|)");
        assertThat(world.ask(late, "SUSPEND")).contains("already suspended/paused");

        late.close();
        world.soon();

        assertThat(world.pooler.books().pauseMode()).isEqualTo(PauseMode.SUSPEND);
        assertThat(world.ask(operator, "NONSENSE")).contains("SERROR");
        operator.close();
        world.soon();
        assertThat(world.pooler.books().pauseMode()).isEqualTo(PauseMode.NONE);
    }
}
