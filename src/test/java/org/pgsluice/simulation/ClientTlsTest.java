package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pgsluice.config.SslMode;
import org.pgsluice.tls.TestAuthority;
import org.pgsluice.tls.TlsConnection;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;
import org.pgsluice.tls.TlsListener;
import org.pgsluice.tls.TlsTarget;
import org.pgsluice.wire.StartupPacket;

/** Clients with and without TLS at a whole pooler: in every mode, over time, and across a new configuration. */
class ClientTlsTest implements TlsListener {
    private static final String DB = "db = host=127.0.0.1 port=5432 user=app";
    private static final byte[] SSL_REQUEST = ByteBuffer.allocate(8).putInt(8).putInt(StartupPacket.CODE_SSL).array();

    @TempDir
    private static Path directory;

    private static TestAuthority authority;

    @BeforeAll
    static void sign() {
        authority = new TestAuthority(directory.resolve("authority"), "authority");
        authority.sign("first", "/CN=pooler", "DNS:pooler");
        authority.sign("second", "/CN=pooler", "DNS:pooler,DNS:renewed");
        authority.sign("root", "/CN=root", "");
    }

    @BeforeEach
    void install() throws IOException {
        install("first");
    }

    /** Puts another certificate in the place that the configuration names. */
    private static void install(String name) throws IOException {
        Files.copy(authority.file(name + ".key"), directory.resolve("current.key"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(authority.file(name + ".crt"), directory.resolve("current.crt"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String settings(String mode) {
        return "client_tls_sslmode = " + mode + "\nclient_tls_key_file = " + directory.resolve("current.key") + "\nclient_tls_cert_file = "
                + directory.resolve("current.crt") + "\nclient_tls_ca_file = " + authority.certificate() + "\n";
    }

    private ScriptedClient encrypt(PoolerWorld world, String shown) throws TlsException {
        TlsContext connecting = TlsContext.connecting(authority.settings("server_tls", SslMode.VERIFY_FULL, shown));
        ScriptedClient client = world.connect();
        client.send(SSL_REQUEST);
        world.soon();
        assertThat(client.takeReceived()).isEqualTo(new byte[] {'S'});
        client.upgrade(plain -> TlsConnection.connect(plain, connecting, new TlsTarget("pooler", true, true), this));
        return client;
    }

    private ScriptedClient login(PoolerWorld world, String shown) throws TlsException {
        ScriptedClient client = encrypt(world, shown);
        client.send(Requests.startup("user", "root", "database", "db"));
        world.soon();
        return client;
    }

    @Override
    public void onSecured() {}

    @Override
    public void onTlsFailure(TlsException why) {}

    @ParameterizedTest
    @CsvSource({
        "disable, N, in",
        "allow, S, in",
        "prefer, S, in",
        "require, S, refused",
        "verify-ca, S, refused",
        "verify-full, S, refused",
    })
    void modeDecidesWhetherTlsIsOfferedAndPlainClientsGetIn(String mode, String offer, String plain) {
        PoolerWorld world = new PoolerWorld(DB, settings(mode));

        ScriptedClient asking = world.connect();
        asking.send(SSL_REQUEST);
        world.soon();

        assertThat(asking.takeReceived()).isEqualTo(new byte[] {(byte) offer.charAt(0)});
        String answer = PoolerWorld.take(world.knock());
        assertThat(answer.endsWith("Z(I) ") ? "in" : answer.contains("SSL required") ? "refused" : answer).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({"allow, '', in", "require, root, in", "verify-ca, '', out", "verify-ca, root, in", "verify-full, '', out", "verify-full, root, in"})
    void modeDecidesWhetherAClientNeedsACertificate(String mode, String shown, String expected) throws TlsException {
        PoolerWorld world = new PoolerWorld(DB, settings(mode));

        ScriptedClient client = login(world, shown);

        assertThat(PoolerWorld.take(client).endsWith("Z(I) ") ? "in" : "out").isEqualTo(expected);
        assertThat(client.ended()).isEqualTo(expected.equals("out"));
    }

    @Test
    void encryptedClientIsServedAndShownAsSuch() throws TlsException {
        PoolerWorld world = new PoolerWorld(DB, settings("prefer"));
        ScriptedClient client = login(world, "");
        client.takeReceived();

        assertThat(world.ask(client, "SELECT 'a.1'")).contains("a.1").endsWith("Z(I) ");
        assertThat(world.console("SHOW CLIENTS")).contains("TLSv1.3/TLS_AES_256_GCM_SHA384");
        assertThat(world.console("SHOW SOCKETS")).contains("TLSv1.3/TLS_AES_256_GCM_SHA384");
        assertThat(world.hasLogged("login attempt: db=db user=app tls=TLSv1.3/TLS_AES_256_GCM_SHA384 replication=no")).isTrue();
    }

    @Test
    void settingsOfTheHandshakeCount() throws TlsException {
        PoolerWorld world = new PoolerWorld(DB, settings("prefer") + "client_tls_protocols = tlsv1.2\nclient_tls_ciphers = ECDHE-ECDSA-AES256-GCM-SHA384\n"
                + "client_tls_ecdhcurve = prime256v1\nclient_tls_dheparams = none\nclient_tls13_ciphers = TLS_AES_128_GCM_SHA256\n");

        login(world, "");

        assertThat(world.hasLogged("tls=TLSv1.2/ECDHE-ECDSA-AES256-GCM-SHA384/ECDH=prime256v1")).isTrue();
        world.console("SET client_tls_protocols='tlsv1.3'");
        login(world, "");
        assertThat(world.hasLogged("tls=TLSv1.3/TLS_AES_128_GCM_SHA256")).isTrue();
    }

    @Test
    void manyMegabytesBothWaysAtOnceComeThrough() throws TlsException {
        PoolerWorld world = new PoolerWorld(DB, settings("require"));
        ScriptedClient client = login(world, "");
        client.takeReceived();
        Requests requests = new Requests();
        String token = "a." + "1".repeat(20_000);
        for (int i = 0; i < 150; i++) {
            requests.query("SELECT '" + token + "'");
        }

        client.send(requests.toBytes());
        world.pass(20);

        String answer = ScriptedClient.brief(client.takeReceived());
        assertThat(answer.split("Z:I", -1)).hasSize(151);
        assertThat(answer).contains(token);
        assertThat(world.buffersTaken()).isZero();
    }

    @Test
    void handshakeHasTheLoginsTime() throws TlsException {
        PoolerWorld world = new PoolerWorld(DB, settings("require") + "client_login_timeout = 10\nmax_client_conn = 2000\n");
        List<ScriptedClient> stalled = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            ScriptedClient client = new ScriptedClient(world.outside, PoolerWorld.POOLER);
            client.send(SSL_REQUEST);
            client.send((byte) 0x16, (byte) 3, (byte) 1, (byte) 2, (byte) 0, (byte) 1);
            stalled.add(client);
        }
        // What is behind the request in the same packet is an attack; these came in packets of their own.
        world.soon();
        ScriptedClient alive = login(world, "");
        assertThat(PoolerWorld.take(alive)).endsWith("Z(I) ");

        world.pass(12);

        assertThat(stalled).allMatch(ScriptedClient::ended);
        assertThat(world.ask(alive, "SELECT 'a.1'")).endsWith("Z(I) ");
        assertThat(world.buffersTaken()).isZero();
    }

    @Test
    void reloadShowsTheNewCertificateToNewClientsAndKeepsTheOldOnes() throws IOException {
        PoolerWorld world = new PoolerWorld(DB, settings("prefer"));
        ScriptedClient before = login(world, "");

        install("second");
        assertThat(world.reload(DB, settings("prefer"))).contains("RELOAD");

        assertThat(dnsNames(before)).containsExactly("pooler");
        assertThat(dnsNames(login(world, ""))).containsExactly("pooler", "renewed");
        before.takeReceived();
        assertThat(world.ask(before, "SELECT 'a.1'")).endsWith("Z(I) ");
    }

    private static List<String> dnsNames(ScriptedClient client) {
        return ((TlsConnection) client.connection()).facts().peerCertificate().dnsNames();
    }

    @Test
    void reloadOfABrokenFileChangesNothing() throws IOException {
        PoolerWorld world = new PoolerWorld(DB, settings("prefer"));
        Files.delete(directory.resolve("current.crt"));

        assertThat(world.reload(DB, settings("prefer") + "query_timeout = 76543\n")).contains("F0000", "RELOAD failed");

        assertThat(world.hasLogged("TLS setup failed: failed to load certificate file \"" + directory.resolve("current.crt")
                + "\" of client_tls_cert_file: No such file or directory")).isTrue();
        assertThat(world.console("SHOW CONFIG")).doesNotContain("76543");
        assertThat(PoolerWorld.take(login(world, ""))).endsWith("Z(I) ");
    }

    @Test
    void settingsThatDoNotFitTogetherYetAreTakenWithANotice() throws TlsException {
        PoolerWorld world = new PoolerWorld(DB, "");

        String early = world.console("SET client_tls_sslmode='prefer'");
        String half = world.console("SET client_tls_key_file='" + directory.resolve("current.key") + "'");
        String whole = world.console("SET client_tls_cert_file='" + directory.resolve("current.crt") + "'");

        assertThat(early).contains("TLS settings could not be applied, still using old configuration", "SET client_tls_sslmode");
        assertThat(world.hasLogged("To allow TLS connections from clients, client_tls_key_file and client_tls_cert_file must be set.")).isTrue();
        assertThat(half).contains("could not be applied");
        assertThat(whole).doesNotContain("could not be applied");
        assertThat(PoolerWorld.take(login(world, ""))).endsWith("Z(I) ");
    }

    @Test
    void modeThatVerifiesNeedsAuthorities() {
        PoolerWorld world = new PoolerWorld(DB, settings("prefer"));

        world.console("SET client_tls_ca_file=''");
        String answer = world.console("SET client_tls_sslmode='verify-full'");

        assertThat(answer).contains("could not be applied");
        assertThat(world.hasLogged("client_tls_sslmode=verify-full requires client_tls_ca_file")).isTrue();
    }
}
