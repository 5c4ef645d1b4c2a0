package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.admin.view.FdRow;
import org.pgsluice.config.SslMode;
import org.pgsluice.handover.Departure;
import org.pgsluice.handover.FdRows;
import org.pgsluice.tls.TestAuthority;
import org.pgsluice.tls.TlsConnection;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;
import org.pgsluice.tls.TlsListener;
import org.pgsluice.tls.TlsTarget;
import org.pgsluice.wire.StartupPacket;

/** What the old process does at an online restart once another has all that it can have. */
class DepartureTest implements TlsListener {
    private static final byte[] SSL_REQUEST = ByteBuffer.allocate(8).putInt(8).putInt(StartupPacket.CODE_SSL).array();

    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static String settings;

    private final AtomicBoolean placeLeft = new AtomicBoolean();

    @BeforeAll
    static void sign() {
        authority = new TestAuthority(directory.resolve("authority"), "authority");
        authority.sign("own", "/CN=localhost", "DNS:localhost");
        settings = "client_tls_sslmode = prefer\nclient_tls_key_file = " + authority.file("own.key") + "\nclient_tls_cert_file = "
                + authority.file("own.crt") + "\nhandover_timeout = 60\nquery_wait_timeout = 3\n";
    }

    private static PoolerWorld world(String more) {
        return new PoolerWorld("db = host=127.0.0.1 port=5432 user=app\nsafe = host=localhost port=5432 user=app server_tls_sslmode=require", settings + more);
    }

    private ScriptedClient encrypted(PoolerWorld world) throws TlsException {
        TlsContext connecting = TlsContext.connecting(authority.settings("server_tls", SslMode.REQUIRE, ""));
        ScriptedClient client = world.connect();
        client.send(SSL_REQUEST);
        world.soon();
        client.takeReceived();
        client.upgrade(plain -> TlsConnection.connect(plain, connecting, new TlsTarget("localhost", true, true), this));
        client.send(Requests.startup("user", "root", "database", "db"));
        world.soon();
        assertThat(PoolerWorld.take(client)).endsWith("Z(I) ");
        return client;
    }

    @Override
    public void onSecured() {}

    @Override
    public void onTlsFailure(TlsException why) {}

    /** As a new process does it, which has all sockets that were shown when the old one is told to end. */
    private void takeOver(PoolerWorld world) {
        List<FdRow> rows = new ArrayList<>();
        AtomicBoolean suspended = new AtomicBoolean();
        world.onMain(() -> world.pooler.suspend(() -> suspended.set(true), () -> {}));
        world.pass(1);
        assertThat(suspended).isTrue();
        FdRows shown = new FdRows(world.pooler.commons(), world.pooler.handover(), true, rows);
        world.onMain(() -> shown.sessions(world.pooler.lanes()[0], world.pooler.sessions()));
        assertThat(rows).allSatisfy(row -> assertThat(world.pooler.handover().pass(row.fd())).isNotNull());
        Departure departure = new Departure(world.pooler, () -> placeLeft.set(true));
        world.onMain(departure::begin);
        world.soon();
    }

    @Test
    void whereEverybodyCanGoTheProcessEndsAtOnceAndTouchesNothing() {
        PoolerWorld world = world("");
        ScriptedClient idle = world.login();
        ScriptedClient busy = world.login();
        world.ask(busy, "BEGIN");
        takeOver(world);

        assertThat(world.exited()).isTrue();
        assertThat(placeLeft).isFalse();
        assertThat(idle.ended() || busy.ended()).isFalse();
    }

    @Test
    void whoeverIsUnderTlsStaysUntilItLeaves() throws TlsException {
        PoolerWorld world = world("");
        ScriptedClient plain = world.login();
        ScriptedClient busy = world.login();
        world.ask(busy, "BEGIN");
        ScriptedClient secret = encrypted(world);
        int backends = world.postgres.backends().size();

        takeOver(world);

        assertThat(world.exited()).isFalse();
        assertThat(placeLeft).isTrue();
        assertThat(world.hasLogged("stays with the old process: it is under TLS")).isTrue();
        assertThat(world.hasLogged("1 connections stay here")).isTrue();
        assertThat(world.ask(secret, "SELECT 'a.1'")).contains("a.1").endsWith("Z(I) ");
        assertThat(world.postgres.backends()).as("those of before are the other process's").hasSizeGreaterThan(backends);
        assertThat(plain.ended() || busy.ended()).isFalse();
        assertThat(plain.takeReceived()).as("nothing is said to those who have gone").isEmpty();
        busy.send(new Requests().query("COMMIT").toBytes());
        world.pass(2);
        assertThat(busy.takeReceived()).as("it is the other process that reads them").isEmpty();
        assertThat(new ScriptedClient(world.outside, PoolerWorld.POOLER).opened()).isFalse();

        world.pass(3);
        assertThat(world.exited()).isFalse();
        secret.close();
        world.pass(1);

        assertThat(world.exited()).isTrue();
        assertThat(world.hasLogged("the last connection that stayed has gone, exiting")).isTrue();
        assertThat(world.buffersTaken()).isZero();
    }

    @Test
    void clientWithAnEncryptedServerStaysWithIt() throws TlsException {
        PoolerWorld world = world("");
        world.postgres.tls(TlsContext.accepting(authority.settings("client_tls", SslMode.REQUIRE, "own")));
        ScriptedClient client = world.loginTo("safe");
        world.ask(client, "BEGIN");

        takeOver(world);

        assertThat(world.exited()).isFalse();
        assertThat(world.hasLogged("stays with the old process: its server is under TLS")).isTrue();
        assertThat(world.ask(client, "SELECT 'a.1'")).contains("a.1").endsWith("Z(T) ");
        assertThat(world.ask(client, "COMMIT")).endsWith("Z(I) ");
    }

    @Test
    void whoeverReplicatesStaysWithItsServer() {
        PoolerWorld world = world("");
        ScriptedClient replica = world.knockAt("db", "replication", "true");
        assertThat(PoolerWorld.take(replica)).endsWith("Z(I) ");

        takeOver(world);

        assertThat(world.exited()).isFalse();
        assertThat(world.hasLogged("stays with the old process: it replicates")).isTrue();
        assertThat(world.ask(replica, "SELECT 'a.1'")).contains("a.1").endsWith("Z(I) ");
        replica.close();
        world.pass(1);
        assertThat(world.exited()).isTrue();
    }

    @Test
    void thoseWhoStayHaveToGoWhenTheTimeIsOver() throws TlsException {
        PoolerWorld world = world("");
        ScriptedClient secret = encrypted(world);
        takeOver(world);

        world.pass(55);
        assertThat(world.ask(secret, "SELECT 'a.1'")).endsWith("Z(I) ");
        world.pass(10);

        assertThat(PoolerWorld.take(secret)).contains("57P01", "handover_timeout");
        assertThat(secret.ended()).isTrue();
        assertThat(world.exited()).isTrue();
    }

    @Test
    void poolsAreNotFilledAnyMore() throws TlsException {
        PoolerWorld world = world("min_pool_size = 3\n");
        encrypted(world);
        world.pass(2);
        assertThat(world.postgres.backends()).hasSize(3);
        takeOver(world);
        int backends = world.postgres.backends().size();

        world.pass(5);

        assertThat(world.exited()).isFalse();
        assertThat(world.postgres.backends()).hasSize(backends);
    }
}
