package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pgsluice.it.Sql.value;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.tls.TestAuthority;

/** TLS of real clients: the JDBC driver and psql. */
class ClientTlsIT {
    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static PooledDatabase database;

    @BeforeAll
    static void start() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        authority = new TestAuthority(directory.resolve("authority"), "authority");
        authority.sign("pooler", "/CN=pooler", "DNS:localhost,IP:127.0.0.1");
        authority.sign("app", "/CN=app", "");
        Files.setPosixFilePermissions(authority.file("pooler.key"), PosixFilePermissions.fromString("rw-r--r--"));
        database = PooledDatabase.open(PostgresServer.NEWEST, ClientTlsIT.class, "pool_mode = transaction", "default_pool_size = 2",
                "client_tls_sslmode = require", "client_tls_key_file = " + authority.file("pooler.key"),
                "client_tls_cert_file = " + authority.file("pooler.crt"), "client_tls_ca_file = " + authority.certificate());
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static String psql(String options, String sql) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "psql", ".log");
        ProcessBuilder builder = new ProcessBuilder("psql", "-XAtq", "-c", sql, "host=127.0.0.1 port=" + database.pooler().port() + " dbname="
                + database.name() + " user=app sslrootcert=" + authority.certificate() + " " + options);
        builder.environment().put("PGPASSWORD", "app");
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output, StandardCharsets.UTF_8).strip();
    }

    @Test
    void driverVerifiesThePooler() throws Exception {
        try (Connection connection = database.connect("sslmode", "verify-full", "sslrootcert", authority.certificate())) {
            assertThat(value(connection, "SELECT count(*) FROM generate_series(1, 1000)")).isEqualTo("1000");
            assertThat(value(connection, "SELECT length(string_agg(repeat('x', 1000), '')) FROM generate_series(1, 5000)")).isEqualTo("5000000");
            assertThat(value(connection, "SELECT repeat('y', 3000000)")).hasSize(3_000_000);
        }
    }

    @Test
    void driverWithoutTlsIsRefused() {
        assertThatThrownBy(() -> database.connect("sslmode", "disable")).isInstanceOf(SQLException.class).hasMessageContaining("SSL required");
    }

    @Test
    void loginIsBoundToTheConnection() throws Exception {
        assertThat(psql("sslmode=verify-full channel_binding=require", "SELECT 'bound'")).isEqualTo("bound");
    }

    @Test
    void certificateOfTheClientIsAskedForAndHeldAgainstTheAuthority() throws Exception {
        String own = "sslmode=verify-full sslkey=" + authority.file("app.key") + " sslcert=" + authority.file("app.crt");
        TestAuthority stranger = new TestAuthority(directory.resolve("stranger"), "stranger");
        stranger.sign("app", "/CN=app", "");
        String foreign = "sslmode=verify-full sslkey=" + stranger.file("app.key") + " sslcert=" + stranger.file("app.crt");

        assertThat(psql(own, "SELECT 'shown'")).isEqualTo("shown");
        assertThat(psql(foreign, "SELECT 'shown'")).doesNotContain("shown");
        // Its line comes when the pooler reads what the client has sent last, which may be after the client knows.
        long until = System.nanoTime() + 10_000_000_000L;
        while (!database.pooler().log().contains("certificate verify failed") && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        assertThat(database.pooler().log()).contains("TLS handshake error: handshake failed: ").contains("certificate verify failed");
    }

    @Test
    void consoleShowsHowClientsAreEncrypted() throws Exception {
        try (Connection console = database.console();
                var rows = console.createStatement().executeQuery("SHOW CLIENTS")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString("tls")).isEqualTo("TLSv1.3/TLS_AES_256_GCM_SHA384");
        }
        assertThat(database.pooler().log()).contains("tls=TLSv1.3/TLS_AES_256_GCM_SHA384");
    }
}
