package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.SslMode;
import org.pgsluice.tls.TestAuthority;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;

/** Servers with and without TLS, in every mode; certificates that fit and such that do not; what a new configuration changes. */
class ServerTlsTest {
    private static final String DB = "db = host=localhost port=5432 user=app";

    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static TestAuthority stranger;
    private static TlsContext postgresTls;

    @BeforeAll
    static void makeCertificates() throws TlsException {
        authority = new TestAuthority(directory.resolve("ours"), "ours");
        stranger = new TestAuthority(directory.resolve("theirs"), "theirs");
        authority.sign("server", "/CN=localhost", "DNS:localhost,IP:127.0.0.1");
        authority.sign("elsewhere", "/CN=elsewhere", "DNS:elsewhere");
        authority.sign("app", "/CN=app", "");
        postgresTls = TlsContext.accepting(authority.settings("client_tls", SslMode.REQUIRE, "server"));
    }

    private static String ca() {
        return "server_tls_ca_file = " + authority.certificate() + "\n";
    }

    private static PoolerWorld world(String settings) {
        return new PoolerWorld(DB, "query_wait_timeout = 4\n" + settings);
    }

    private static String selected(PoolerWorld world, ScriptedClient client) {
        String answer = world.ask(client, "SELECT 'a.1'");
        assertThat(answer).endsWith("Z(I) ");
        return world.postgres.backends().getLast().encrypted() ? "encrypted" : "plain";
    }

    @ParameterizedTest
    @CsvSource({
        "disable, yes, plain",
        "allow, yes, encrypted",
        "prefer, yes, encrypted",
        "require, yes, encrypted",
        "verify-ca, yes, encrypted",
        "verify-full, yes, encrypted",
        "disable, no, plain",
        "allow, no, plain",
        "prefer, no, plain",
    })
    void modeDecidesWhetherTheConnectionIsEncrypted(String mode, String offered, String expected) {
        PoolerWorld world = world("server_tls_sslmode = " + mode + "\n" + ca());
        world.postgres.tls(offered.equals("yes") ? postgresTls : null);

        assertThat(selected(world, world.login())).isEqualTo(expected);
        assertThat(world.hasLogged("SSL established: TLSv1.3/TLS_AES_256_GCM_SHA384")).isEqualTo(expected.equals("encrypted"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-ca", "verify-full"})
    void serverWithoutTlsIsOfNoUseWhereItIsRequired(String mode) {
        PoolerWorld world = world("server_tls_sslmode = " + mode + "\n" + ca());

        ScriptedClient client = world.knock();
        world.pass(6);

        assertThat(world.closings("server refused SSL")).isPositive();
        assertThat(PoolerWorld.take(client)).contains("query_wait_timeout", "127.0.0.1:5432: server refused SSL");
    }

    @Test
    void clientsWaitForAServerWithoutTlsAndAreServedOnceItHasIt() {
        PoolerWorld world = world("server_tls_sslmode = require\n");
        ScriptedClient client = world.knock();

        world.postgres.tls(postgresTls);
        world.pass(2);

        assertThat(PoolerWorld.take(client)).endsWith("Z(I) ");
    }

    @ParameterizedTest
    @CsvSource({"verify-ca, theirs, server", "verify-full, theirs, server", "verify-full, ours, elsewhere"})
    void certificateThatDoesNotFitIsRefusedWithTheReason(String mode, String vouches, String shown) throws TlsException {
        String file = (vouches.equals("ours") ? authority : stranger).certificate();
        PoolerWorld world = world("server_tls_sslmode = " + mode + "\nserver_tls_ca_file = " + file + "\n");
        world.postgres.tls(TlsContext.accepting(authority.settings("client_tls", SslMode.REQUIRE, shown)));

        ScriptedClient client = world.knock();
        world.pass(6);

        assertThat(world.hasLogged("TLS handshake error: ")).isTrue();
        assertThat(PoolerWorld.take(client)).contains("certificate verify failed");
        assertThat(world.buffersTaken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void hostOfTheEntryIsVerified(String host) {
        PoolerWorld world = new PoolerWorld("db = host=" + host + " user=app", "server_tls_sslmode = verify-full\n" + ca());
        world.postgres.tls(postgresTls);

        assertThat(selected(world, world.login())).isEqualTo("encrypted");
    }

    @Test
    void eachHostOfAListIsVerifiedByItsOwnName() throws TlsException {
        authority.sign("named", "/CN=x", "DNS:localhost");
        PoolerWorld world = new PoolerWorld("db = host=127.0.0.1,localhost user=app", "server_tls_sslmode = verify-full\n" + ca());
        world.postgres.tls(TlsContext.accepting(authority.settings("client_tls", SslMode.REQUIRE, "named")));

        assertThat(selected(world, world.login())).isEqualTo("encrypted");
        assertThat(world.hasLogged("certificate verify failed")).as("by the address").isTrue();
    }

    @Test
    void certificateOfOursIsShownToServersThatAskForOne() throws TlsException {
        String files = "server_tls_cert_file=" + authority.file("app.crt") + " server_tls_key_file=" + authority.file("app.key");
        PoolerWorld world = new PoolerWorld(DB + " " + files + "\nbare = host=localhost user=app", "query_wait_timeout = 4\nserver_tls_sslmode = require\n");
        world.postgres.tls(TlsContext.accepting(authority.settings("client_tls", SslMode.VERIFY_FULL, "server")));

        assertThat(selected(world, world.login())).isEqualTo("encrypted");
        ScriptedClient bare = world.knockAt("bare");
        world.pass(6);
        assertThat(PoolerWorld.take(bare)).contains("query_wait_timeout");
        assertThat(world.hasLogged("TLS error: read failed: error:0A00045C:SSL routines::tlsv13 alert certificate required")).isTrue();
    }

    @Test
    void userCountsBeforeTheDatabaseAndThatBeforeTheSetting() {
        PoolerWorld world = new PoolerWorld(
                "a = host=localhost user=app\nb = host=localhost user=app server_tls_sslmode=disable\nc = host=localhost user=careful "
                        + "server_tls_sslmode=disable\n[users]\ncareful = server_tls_sslmode=require",
                "server_tls_sslmode = prefer\n");
        world.postgres.tls(postgresTls);

        assertThat(selected(world, world.loginTo("a"))).isEqualTo("encrypted");
        assertThat(selected(world, world.loginTo("b"))).isEqualTo("plain");
        assertThat(selected(world, world.loginTo("c"))).isEqualTo("encrypted");
    }

    @Test
    void directTlsBeginsWithoutARequest() {
        PoolerWorld world = world("server_tls_sslmode = require\nserver_tls_sslnegotiation = direct\n");
        world.postgres.tls(postgresTls);

        assertThat(selected(world, world.login())).isEqualTo("encrypted");
        assertThat(world.postgres.complaints()).isEmpty();
    }

    @Test
    void unixSocketIsNeverEncrypted() {
        PoolerWorld world = new PoolerWorld("db = host=/sockets user=app", "server_tls_sslmode = require\n");
        world.postgres.tls(postgresTls);
        world.postgres.alsoAt(UnixDomainSocketAddress.of("/sockets/.s.PGSQL.5432"));

        assertThat(selected(world, world.login())).isEqualTo("plain");
    }

    @ParameterizedTest
    @CsvSource({"prefer, 1, 0", "disable, 0, 1"})
    void cancelRequestGoesTheWayOfItsServer(String mode, int encrypted, int plain) {
        PoolerWorld world = world("server_tls_sslmode = " + mode + "\n");
        world.postgres.tls(postgresTls);
        ScriptedClient client = world.knock();
        byte[] key = world.cancelKey(client);
        client.send(new Requests().query("WAIT 60000 'a.1'").toBytes());
        world.soon();

        world.cancel(key);
        world.pass(1);

        assertThat(PoolerWorld.take(client)).contains("57014").endsWith("Z(I) ");
        assertThat(world.postgres.encryptedCancels()).isEqualTo(encrypted);
        assertThat(world.postgres.plainCancels()).isEqualTo(plain);
        assertThat(world.closings("successfully sent cancel request")).isPositive();
    }

    @Test
    void reloadClosesServersOnlyWhenTlsHasChanged() throws IOException {
        Path file = Files.copy(Path.of(authority.certificate()), directory.resolve("reloaded.crt"), StandardCopyOption.REPLACE_EXISTING);
        String settings = "server_tls_sslmode = verify-ca\nserver_tls_ca_file = " + file + "\n";
        PoolerWorld world = new PoolerWorld(DB, settings);
        world.postgres.tls(postgresTls);
        selected(world, world.login());

        assertThat(world.reload(DB, settings)).contains("RELOAD");
        world.pass(2);
        assertThat(world.closings("database configuration changed")).isZero();

        Files.writeString(file, Files.readString(Path.of(stranger.certificate())), StandardOpenOption.APPEND);
        assertThat(world.reload(DB, settings)).contains("RELOAD");
        world.pass(2);
        assertThat(world.closings("database configuration changed")).isOne();

        assertThat(world.reload(DB + " server_tls_sslmode=require", settings)).contains("RELOAD");
        selected(world, world.login());
        world.reload(DB, settings);
        world.pass(2);
        assertThat(world.closings("database configuration changed")).isEqualTo(2);
    }

    @Test
    void reloadOfABrokenFileChangesNothing() throws IOException {
        PoolerWorld world = world("server_tls_sslmode = require\n");
        world.postgres.tls(postgresTls);
        selected(world, world.login());

        String answer = world.reload(DB, "server_tls_sslmode = verify-ca\nserver_tls_ca_file = /nosuch.crt\nquery_timeout = 76543\n");

        assertThat(answer).contains("F0000", "RELOAD failed");
        assertThat(world.hasLogged("No such file or directory")).isTrue();
        assertThat(world.console("SHOW CONFIG")).doesNotContain("76543");
        assertThat(selected(world, world.login())).isEqualTo("encrypted");
        assertThat(world.closings("database configuration changed")).isZero();
    }

    @Test
    void settingsThatDoNotFitTogetherYetAreTakenWithANotice() {
        PoolerWorld world = world("server_tls_sslmode = prefer\n");
        world.postgres.tls(postgresTls);

        String first = world.console("SET server_tls_cert_file='" + authority.file("app.crt") + "'");
        String wrong = world.console("SET server_tls_key_file='/nosuch.key'");
        String right = world.console("SET server_tls_key_file='" + authority.file("app.key") + "'");

        assertThat(first).contains("SET server_tls_cert_file");
        assertThat(wrong).contains("TLS settings could not be applied, still using old configuration", "SET server_tls_key_file");
        assertThat(right).doesNotContain("could not be applied");
        assertThat(selected(world, world.login())).isEqualTo("encrypted");
    }

    @Test
    void setChangesTheWayToServers() {
        PoolerWorld world = world("server_tls_sslmode = disable\n");
        world.postgres.tls(postgresTls);
        assertThat(selected(world, world.login())).isEqualTo("plain");

        world.console("SET server_tls_sslmode='require'");
        world.pass(2);

        assertThat(world.closings("database configuration changed")).isOne();
        assertThat(selected(world, world.login())).isEqualTo("encrypted");
    }

    @Test
    void protocolsAndCiphersAreThoseOfTheSettings() {
        PoolerWorld world = world("server_tls_protocols = tlsv1.2\nserver_tls_ciphers = ECDHE-ECDSA-AES128-GCM-SHA256\n");
        world.postgres.tls(postgresTls);
        selected(world, world.login());
        assertThat(world.hasLogged("SSL established: TLSv1.2/ECDHE-ECDSA-AES128-GCM-SHA256/ECDH=")).isTrue();

        PoolerWorld newer = world("server_tls13_ciphers = TLS_CHACHA20_POLY1305_SHA256\n");
        newer.postgres.tls(postgresTls);
        selected(newer, newer.login());
        assertThat(newer.hasLogged("SSL established: TLSv1.3/TLS_CHACHA20_POLY1305_SHA256")).isTrue();
    }
}
