package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.demo.Account;
import org.pgsluice.tls.TestAuthority;

/** TLS to a real PostgreSQL. Each database of the pooler has settings of its own. */
class ServerTlsIT {
    private static final String ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    private static final String[] MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};

    @TempDir
    private static Path directory;

    private static PostgresServer server;
    private static TestAuthority ours;
    private static TestAuthority theirs;
    private static Path reloaded;
    private static Eavesdropper eavesdropper;
    private static PoolerProcess pooler;

    @BeforeAll
    static void start() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        ours = new TestAuthority(directory.resolve("ours"), "ours");
        theirs = new TestAuthority(directory.resolve("theirs"), "theirs");
        ours.sign("server", "/CN=server", "DNS:localhost");
        ours.sign("middle", "/CN=middle", "DNS:localhost");
        ours.signExpired("expired", "/CN=expired", "DNS:localhost");
        ours.sign("app", "/CN=app/O=pooled", "");
        theirs.sign("app", "/CN=app", "");
        reloaded = Files.copy(Path.of(ours.certificate()), directory.resolve("reloaded.crt"));
        for (Path key : List.of(ours.file("server.key"), ours.file("expired.key"), ours.file("app.key"), theirs.file("app.key"))) {
            Account.current().own(key);
        }
        server = PostgresServer.of(PostgresServer.NEWEST);
        server.createDatabase("servertlsit");
        serve("server");
        eavesdropper = new Eavesdropper(ours, "middle", server.port());
        pooler = PoolerProcess.start(
                entries(),
                List.of("auth_type = scram-sha-256", "admin_users = app", "ignore_startup_parameters = extra_float_digits", "query_wait_timeout = 2",
                        "server_login_retry = 1", "pool_mode = transaction", "default_pool_size = 1", "server_tls_ca_file = " + ours.certificate()),
                List.of("\"app\" \"app\""));
    }

    private static List<String> entries() {
        List<String> entries = new ArrayList<>();
        for (String mode : MODES) {
            entry(entries, mode, "localhost", "server_tls_sslmode=" + mode);
            entry(entries, "late-" + mode, "localhost", "server_tls_sslmode=" + mode);
        }
        entry(entries, "stranger", "localhost", "server_tls_sslmode=verify-ca server_tls_ca_file=" + theirs.certificate());
        entry(entries, "elsewhere", "127.0.0.1", "server_tls_sslmode=verify-full");
        entry(entries, "anywhere", "127.0.0.1", "server_tls_sslmode=verify-ca");
        entry(entries, "direct", "localhost", "server_tls_sslmode=verify-full server_tls_sslnegotiation=direct");
        entry(entries, "shown", "localhost", "server_tls_sslmode=verify-full" + own(ours));
        entry(entries, "forged", "localhost", "server_tls_sslmode=verify-full" + own(theirs));
        entry(entries, "reloaded", "localhost", "server_tls_sslmode=verify-full server_tls_ca_file=" + reloaded);
        entries.add("middle = host=localhost port=" + eavesdropper.port() + " dbname=servertlsit server_tls_sslmode=verify-full");
        return entries;
    }

    private static void entry(List<String> entries, String name, String host, String tls) {
        entries.add(name + " = host=" + host + " port=" + server.port() + " dbname=servertlsit " + tls);
    }

    private static String own(TestAuthority authority) {
        return " server_tls_cert_file=" + authority.file("app.crt") + " server_tls_key_file=" + authority.file("app.key");
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            pooler.close();
        } finally {
            eavesdropper.close();
            serve("");
        }
    }

    /** Has PostgreSQL show that certificate from the next connection on; none with an empty name. */
    private static void serve(String certificate) throws SQLException {
        try (Connection direct = server.connect("postgres")) {
            execute(direct, "ALTER SYSTEM SET ssl = " + (certificate.isEmpty() ? "off" : "on"));
            execute(direct, "ALTER SYSTEM SET ssl_cert_file = '" + ours.file(certificate + ".crt") + "'");
            execute(direct, "ALTER SYSTEM SET ssl_key_file = '" + ours.file(certificate + ".key") + "'");
            execute(direct, "ALTER SYSTEM SET ssl_ca_file = '" + ours.certificate() + "'");
            execute(direct, "SELECT pg_reload_conf()");
        }
        await("PostgreSQL has read its configuration", () -> {
            try (Connection fresh = server.connect("postgres")) {
                return certificate.isEmpty()
                        ? value(fresh, "SHOW ssl").equals("off")
                        : value(fresh, "SHOW ssl").equals("on") && value(fresh, "SHOW ssl_cert_file").endsWith("/" + certificate + ".crt");
            }
        });
    }

    private interface Condition {
        boolean holds() throws SQLException, IOException;
    }

    private static void await(String what, Condition condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        try {
            while (!condition.holds()) {
                assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            }
        } catch (SQLException | IOException e) {
            throw new AssertionError(what, e);
        }
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + pooler.port() + "/" + database + "?loginTimeout=20&socketTimeout=60", "app", "app");
    }

    /** What the first row of the answer says, or what the pooler says instead. */
    private static String ask(String database, String sql) {
        try (Connection connection = connect(database)) {
            return value(connection, sql);
        } catch (SQLException e) {
            return e.getMessage();
        }
    }

    /** The same of several databases at once. */
    private static Map<String, String> askAll(List<String> databases, String sql) {
        Map<String, String> answers = new ConcurrentSkipListMap<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(databases.size())) {
            databases.forEach(database -> clients.execute(() -> answers.put(database, ask(database, sql))));
        }
        return answers;
    }

    @Test
    void everyModeIsAsSafeAsItSays() throws SQLException {
        serve("server");

        Map<String, String> encrypted = askAll(List.of(MODES), ENCRYPTED);

        assertThat(encrypted).containsExactly(Map.entry("allow", "t"), Map.entry("disable", "f"), Map.entry("prefer", "t"), Map.entry("require", "t"),
                Map.entry("verify-ca", "t"), Map.entry("verify-full", "t"));
        try (Connection console = connect("pgbouncer");
                var rows = console.createStatement().executeQuery("SHOW SERVERS")) {
            Map<String, String> shown = new HashMap<>();
            while (rows.next()) {
                shown.put(rows.getString("database"), rows.getString("tls"));
            }
            assertThat(shown).containsEntry("disable", "").containsEntry("prefer", "TLSv1.3/TLS_AES_256_GCM_SHA384");
        }
    }

    @Test
    void serverWithoutTlsServesThoseWhoNeedNone() throws SQLException {
        serve("");

        Map<String, String> answers = askAll(List.of("late-allow", "late-prefer", "late-require", "late-verify-full"), ENCRYPTED);

        assertThat(answers).containsEntry("late-allow", "f").containsEntry("late-prefer", "f");
        assertThat(answers.get("late-require")).contains("server refused SSL");
        assertThat(answers.get("late-verify-full")).contains("server refused SSL");
    }

    @Test
    void onlyTheServerThatIsMeantIsLoggedInTo() throws Exception {
        serve("server");

        Map<String, String> answers = askAll(List.of("stranger", "elsewhere", "anywhere", "forged", "middle"), "SELECT 'in'");

        assertThat(answers).containsEntry("anywhere", "in");
        assertThat(answers.get("stranger")).contains("certificate verify failed (self-signed certificate in certificate chain)");
        assertThat(answers.get("elsewhere")).contains("certificate verify failed (IP address mismatch)");
        assertThat(answers.get("forged")).as("PostgreSQL refuses our certificate").contains("query_wait_timeout");
        assertThat(answers.get("middle")).as("it has a good certificate, and logins are bound to the server's").contains("SCRAM channel binding check failed");
    }

    @Test
    void certificateMustNotHaveExpired() throws SQLException {
        serve("expired");

        Map<String, String> answers = askAll(List.of("late-verify-ca", "late-verify-full"), "SELECT 'in'");

        assertThat(answers.values()).allSatisfy(answer -> assertThat(answer).contains("certificate verify failed (certificate has expired)"));
        serve("server");
        assertThat(ask("late-verify-full", "SELECT 'in'")).isEqualTo("in");
    }

    @Test
    void certificateOfOursIsShown() throws SQLException {
        serve("server");

        assertThat(ask("shown", "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).isEqualTo("/CN=app/O=pooled");
        assertThat(ask("verify-full", "SELECT coalesce(client_dn, 'none') FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).isEqualTo("none");
    }

    @Test
    void directTlsTakesNoRequest() throws SQLException {
        serve("server");

        assertThat(ask("direct", ENCRYPTED)).isEqualTo("t");
    }

    @Test
    void reloadMakesServersAnewOnlyWhenTheirAuthoritiesHaveChanged() throws Exception {
        serve("server");
        Files.copy(Path.of(ours.certificate()), reloaded, StandardCopyOption.REPLACE_EXISTING);
        String pid = ask("reloaded", "SELECT pg_backend_pid()");
        try (Connection console = connect("pgbouncer")) {
            execute(console, "RELOAD");
            assertThat(ask("reloaded", "SELECT pg_backend_pid()")).isEqualTo(pid);

            Files.writeString(reloaded, Files.readString(Path.of(theirs.certificate())), StandardOpenOption.APPEND);
            execute(console, "RELOAD");
            String next = ask("reloaded", "SELECT pg_backend_pid()");
            assertThat(next).containsOnlyDigits().isNotEqualTo(pid);
        }
        try (Connection direct = server.connect("postgres")) {
            String left = "SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid;
            await("the server of before has gone", () -> value(direct, left).equals("0"));
        }
    }

    @Test
    void muchDataBothWaysAtOnceComesThrough() throws Exception {
        serve("server");
        SplittableRandom random = new SplittableRandom(1);
        WireConnection connection = WireConnection.open(pooler.port(), "verify-full", Token.of(1, random), random, "application_name", "big");
        String large = "0123456789abcdef".repeat(12_500);
        int count = 200;
        WireScript one = new WireScript().query("SELECT '" + large + "'");
        try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
            Future<?> writing = writer.submit(() -> {
                for (int i = 0; i < count; i++) {
                    connection.send(one.bytes());
                }
                return null;
            });
            int rows = 0;
            for (int ready = 0; ready < count; ) {
                WireConnection.Reply reply = connection.next();
                if (reply.tag() == 'D') {
                    assertThat(reply.text()).isEqualTo(large);
                    rows++;
                }
                ready += reply.tag() == 'Z' ? 1 : 0;
            }
            writing.get(20, TimeUnit.SECONDS);
            assertThat(rows).isEqualTo(count);
        } finally {
            connection.cut();
        }
    }
}
