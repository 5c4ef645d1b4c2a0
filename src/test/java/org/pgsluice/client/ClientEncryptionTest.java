package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.SslMode;
import org.pgsluice.simulation.LinkConditions;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;
import org.pgsluice.tls.TestAuthority;
import org.pgsluice.tls.TlsConnection;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;
import org.pgsluice.tls.TlsListener;
import org.pgsluice.tls.TlsTarget;
import org.pgsluice.wire.StartupPacket;

/** Clients that ask for TLS, begin with it, stop in its midst, or attack it. */
class ClientEncryptionTest {
    private static final byte[] SSL_REQUEST = ByteBuffer.allocate(8).putInt(8).putInt(StartupPacket.CODE_SSL).array();
    private static final byte[] STARTUP = Requests.startup("user", "app", "database", "db");

    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static TlsContext connecting;

    private SimulatedNetwork network = new SimulatedNetwork(11);
    private SimulatedPooler pooler;
    private SimulatedReactor outside;

    @BeforeAll
    static void sign() throws TlsException {
        authority = new TestAuthority(directory, "authority");
        authority.sign("server", "/CN=pooler", "");
        authority.sign("app", "/CN=app", "");
        connecting = TlsContext.connecting(authority.settings("server_tls", SslMode.VERIFY_FULL, "app"));
    }

    private void world(SslMode mode) throws TlsException {
        pooler = new SimulatedPooler(network, 1, SimulatedPooler.config("auth_type = trust\nmax_client_conn = 5000\n"));
        pooler.logins().tls(TlsContext.accepting(authority.settings("client_tls", mode, "server")));
        outside = network.addReactor();
    }

    private ScriptedClient begin(byte... first) {
        ScriptedClient client = pooler.connect(0, outside);
        client.send(first);
        network.runUntilIdle();
        return client;
    }

    /** Asks for TLS and shakes hands; {@code failures} takes what goes wrong. */
    private ScriptedClient secured(boolean direct, boolean named, List<TlsException> failures) {
        ScriptedClient client = begin(direct ? new byte[0] : SSL_REQUEST);
        assertThat(client.takeReceived()).isEqualTo(direct ? new byte[0] : new byte[] {'S'});
        client.upgrade(plain -> TlsConnection.connect(plain, connecting, new TlsTarget("pooler", true, named), new TlsListener() {
            @Override
            public void onSecured() {}

            @Override
            public void onTlsFailure(TlsException why) {
                failures.add(why);
            }
        }));
        return client;
    }

    private String login(ScriptedClient client) {
        client.send(STARTUP);
        network.runUntilIdle();
        return ScriptedClient.describe(client.received());
    }

    @Test
    void clientAsksAndIsEncrypted() throws TlsException {
        world(SslMode.VERIFY_FULL);

        ScriptedClient client = secured(false, false, new ArrayList<>());
        network.runUntilIdle();

        assertThat(pooler.sessions.getFirst().connection().encryption()).isEqualTo("TLSv1.3/TLS_AES_256_GCM_SHA384");
        assertThat(pooler.logins().handshakes().total()).isZero();
        login(client);
        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("login attempt: db=db user=app tls=TLSv1.3/TLS_AES_256_GCM_SHA384 replication=no"));
    }

    @Test
    void clientBeginsWithTlsAndNamesTheProtocol() throws TlsException {
        world(SslMode.REQUIRE);

        login(secured(true, true, new ArrayList<>()));

        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("tls=TLSv1.3/"));
    }

    @Test
    void clientThatBeginsWithTlsMustNameTheProtocol() throws TlsException {
        world(SslMode.REQUIRE);

        ScriptedClient client = secured(true, false, new ArrayList<>());
        login(client);

        assertThat(client.ended()).isTrue();
        assertThat(pooler.log.lines()).noneMatch(line -> line.contains("login attempt"))
                .anyMatch(line -> line.contains("TLS handshake error: direct TLS without the protocol's name (ALPN)"));
    }

    @Test
    void bytesInPiecesOfEverySizeAreAHandshakeToo() throws TlsException {
        network = new SimulatedNetwork(3, new LinkConditions(1_000, 100_000, 5_000, true, 0));
        world(SslMode.REQUIRE);
        ScriptedClient client = pooler.connect(0, outside);
        for (byte each : SSL_REQUEST) {
            client.send(each);
            network.runUntilIdle();
        }
        client.upgrade(plain -> TlsConnection.connect(plain, connecting, new TlsTarget("pooler", true, true), nobody()));

        login(client);

        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("tls=TLSv1.3/"));
    }

    private static TlsListener nobody() {
        return new TlsListener() {
            @Override
            public void onSecured() {}

            @Override
            public void onTlsFailure(TlsException why) {}
        };
    }

    @Test
    void plainClientIsRefusedWhereTlsIsRequired() throws TlsException {
        world(SslMode.REQUIRE);

        assertThat(login(begin())).isEqualTo("E(SFATAL|C08P01|MSSL required|) ");
        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("pooler error: SSL required"))
                .anyMatch(line -> line.contains("closing because: SSL required"));
    }

    @Test
    void plainClientGetsInWhereTlsIsAllowed() throws TlsException {
        world(SslMode.PREFER);

        login(begin());

        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("tls=no"));
    }

    @Test
    void clientIsDeclinedWhereThereIsNoTls() throws TlsException {
        world(SslMode.PREFER);
        pooler.logins().tls(null);

        assertThat(begin(SSL_REQUEST).received()).isEqualTo(new byte[] {'N'});
    }

    @Test
    void gssIsDeclinedBeforeTlsIsGranted() throws TlsException {
        world(SslMode.REQUIRE);
        ScriptedClient client = begin(ByteBuffer.allocate(8).putInt(8).putInt(StartupPacket.CODE_GSSENC).array());

        assertThat(client.takeReceived()).isEqualTo(new byte[] {'N'});
        client.send(SSL_REQUEST);
        network.runUntilIdle();
        assertThat(client.takeReceived()).isEqualTo(new byte[] {'S'});
    }

    @Test
    void bytesBehindTheRequestAreAnAttack() throws TlsException {
        world(SslMode.REQUIRE);

        ScriptedClient client = begin(ByteBuffer.allocate(SSL_REQUEST.length + STARTUP.length).put(SSL_REQUEST).put(STARTUP).array());

        assertThat(ScriptedClient.describe(client.received())).contains("received unencrypted data after SSL request").doesNotStartWith("S");
        assertThat(client.ended()).isTrue();
        assertThat(pooler.log.lines()).noneMatch(line -> line.contains("login attempt"));
    }

    @Test
    void requestWithinTlsIsRefused() throws TlsException {
        world(SslMode.REQUIRE);
        ScriptedClient client = secured(true, true, new ArrayList<>());

        client.send(SSL_REQUEST);
        network.runUntilIdle();

        assertThat(ScriptedClient.describe(client.received())).contains("unsupported protocol version 1234.5679");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void whatIsNoHandshakeEndsTheConnectionWithOpenSslsReason() throws TlsException {
        world(SslMode.REQUIRE);
        ScriptedClient client = begin(SSL_REQUEST);
        client.takeReceived();

        client.send(STARTUP);
        network.runUntilIdle();

        assertThat(client.ended()).isTrue();
        assertThat(pooler.log.lines()).anyMatch(line -> line.matches("WARNING .*TLS handshake error: handshake failed: error:.*wrong version number.*"))
                .anyMatch(line -> line.contains("closing because: TLS handshake failed"));
        assertThat(pooler.buffersTaken()).isZero();
    }

    @Test
    void clientWithoutCertificateIsTurnedAway() throws TlsException {
        world(SslMode.VERIFY_CA);
        connecting = TlsContext.connecting(authority.settings("server_tls", SslMode.VERIFY_FULL, ""));
        try {
            ScriptedClient client = secured(false, false, new ArrayList<>());
            login(client);
            assertThat(client.ended()).isTrue();
        } finally {
            connecting = TlsContext.connecting(authority.settings("server_tls", SslMode.VERIFY_FULL, "app"));
        }
        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("peer did not return a certificate"));
    }

    @Test
    void clientThatLeavesInTheMidstIsNoFault() throws TlsException {
        world(SslMode.REQUIRE);
        ScriptedClient client = begin(SSL_REQUEST);
        client.send((byte) 0x16, (byte) 3, (byte) 1, (byte) 2);
        network.runUntilIdle();

        client.close();
        network.runUntilIdle();

        assertThat(pooler.sessions.getFirst().isClosed()).isTrue();
        assertThat(pooler.log.lines()).noneMatch(line -> line.contains("TLS handshake error")).anyMatch(line -> line.contains("client unexpected eof"));
        assertThat(pooler.logins().handshakes().total()).isZero();
        assertThat(pooler.buffersTaken()).isZero();
    }

    @Test
    void contextThatIsReplacedServesThoseThatHaveIt() throws TlsException {
        world(SslMode.REQUIRE);
        ScriptedClient before = secured(false, false, new ArrayList<>());
        network.runUntilIdle();

        authority.sign("renewed", "/CN=pooler", "DNS:renewed,DNS:pooler");
        pooler.logins().tls(TlsContext.accepting(authority.settings("client_tls", SslMode.REQUIRE, "renewed")));
        ScriptedClient after = secured(false, false, new ArrayList<>());
        network.runUntilIdle();

        assertThat(dnsNames(before)).isEmpty();
        assertThat(dnsNames(after)).containsExactly("renewed", "pooler");
        login(before);
        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("tls=TLSv1.3/"));
    }

    private @Nullable List<String> dnsNames(ScriptedClient client) {
        return ((TlsConnection) client.connection()).facts().peerCertificate().dnsNames();
    }

    @Test
    void whoStopsInTheMidstOfAHandshakeKeepsNobodyOut() throws TlsException {
        world(SslMode.REQUIRE);
        List<ScriptedClient> stopped = new ArrayList<>();
        for (int i = 0; i < 2_100; i++) {
            ScriptedClient client = pooler.connect(0, outside);
            client.send(SSL_REQUEST);
            stopped.add(client);
            if (i % 50 == 0) {
                network.runUntilIdle();
            }
        }
        network.runUntilIdle();

        assertThat(pooler.sessions).hasSize(2_100);
        assertThat(pooler.logins().handshakes().total()).isLessThanOrEqualTo(LoginMemory.MOST_HANDSHAKE_BYTES);
        assertThat(stopped.stream().filter(ScriptedClient::ended).count()).isEqualTo(52);
        login(secured(false, false, new ArrayList<>()));
        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("tls=TLSv1.3/"));
    }
}
