package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where families of variables meet each other, files and missing things; variable by variable they are tried by {@link ImagesPageTest}. */
class ImageVariablesTest {
    @TempDir
    Path dir;

    private static LoadResult read(String... pairs) {
        Map<String, String> variables = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            variables.put(pairs[i], pairs[i + 1]);
        }
        return ConfigReader.read(null, new Environment(variables), null);
    }

    private static LoadResult.Loaded load(String... pairs) {
        return (LoadResult.Loaded) read(pairs);
    }

    private static List<ConfigProblem> problems(String... pairs) {
        return ((LoadResult.Failed) read(pairs)).problems();
    }

    @Test
    void nobodyWhoCanLogInIsWarnedAbout() {
        assertThat(load("DATABASES_HOST", "db").warnings().toString()).contains("nobody can log in").contains("DATABASES_USER and DATABASES_PASSWORD");
        assertThat(load("DATABASES_HOST", "db", "DATABASES_PASSWORD", "p").warnings()).isEmpty();
        assertThat(load("DATABASES_HOST", "db", "PGBOUNCER_AUTH_TYPE", "any").warnings()).isEmpty();
        assertThat(load("DB_HOST", "db", "DB_USER", "u").warnings()).as("asks the server").isEmpty();
        assertThat(load("POSTGRESQL_HOST", "db", "PGBOUNCER_USERLIST", "\"u\" \"p\"").warnings()).isEmpty();
    }

    @Test
    void specificFamilyStandsAboveWhatApplicationsHaveToo() {
        Config bitnami = load("POSTGRESQL_HOST", "db", "POSTGRESQL_PASSWORD", "p", "DATABASE_URL", "postgres://u:p@pooler:6432/app", "DB_HOST", "x").config();

        assertThat(bitnami.databases()).containsOnlyKeys("postgres");
        assertThat(bitnami.autoDatabase()).isNull();
        assertThat(load("POSTGRESQL_PASSWORD", "p", "DB_HOST", "x").config().autoDatabase().hosts()).containsExactly("x");
        assertThat(load("POSTGRESQL_PASSWORD", "p").config().databases().get("postgres").hosts()).containsExactly("postgresql");
    }

    @Test
    void secondPortIsNotThatOfAServerHere() {
        assertThat(load("DATABASES_HOST", "127.0.0.1", "DATABASES_PASSWORD", "p").config().integer(Settings.EXTRA_LISTEN_PORT)).isZero();
        assertThat(load("DATABASES_HOST", "localhost", "DATABASES_PORT", "5433", "DATABASES_PASSWORD", "p").config().integer(Settings.EXTRA_LISTEN_PORT))
                .isEqualTo(5432);
        assertThat(load("DATABASES_HOST", "db", "DATABASES_PASSWORD", "p", "PGBOUNCER_EXTRA_LISTEN_PORT", "0").config().integer(Settings.EXTRA_LISTEN_PORT))
                .isZero();
    }

    @Test
    void socketNeedsAPlace() throws IOException {
        Map<String, String> variables = Map.of("DATABASES_HOST", "db", "DATABASES_PASSWORD", "p");

        assertThat(((LoadResult.Loaded) ConfigReader.read(null, new Environment(variables, dir), null)).config().text(Settings.UNIX_SOCKET_DIR)).isEmpty();
        Files.createDirectory(dir.resolve("tmp"));
        assertThat(((LoadResult.Loaded) ConfigReader.read(null, new Environment(variables, dir), null)).config().text(Settings.UNIX_SOCKET_DIR))
                .isEqualTo("/tmp");
    }

    @Test
    void mountedUsersAreKnownAndMayHaveHashes() throws IOException {
        Files.createDirectories(dir.resolve("etc/pgbouncer"));
        Path users = Files.writeString(dir.resolve("etc/pgbouncer/userlist.txt"), "");
        Environment environment = new Environment(Map.of("DB_HOST", "db", "DB_USER", "u", "DB_PASSWORD", "p"), dir);

        assertThat(((LoadResult.Loaded) ConfigReader.read(null, environment, null)).config().text(Settings.AUTH_FILE)).as("an empty one").isEmpty();
        Files.writeString(users, "\"x\" \"md5c8c2f3e5a1f5d4a7b6e5d4c3b2a19080\"\n");
        Config config = ((LoadResult.Loaded) ConfigReader.read(null, environment, null)).config();
        assertThat(config.text(Settings.AUTH_FILE)).isEqualTo("/etc/pgbouncer/userlist.txt");
        assertThat(config.get(Settings.AUTH_TYPE)).isEqualTo(AuthType.MD5);
        assertThat(config.authUsers()).as("its own user beside").containsExactly(new UserEntry("u", new Secret("p")));
    }

    @Test
    void userIsKnownBesideTheFileThatItsImageWouldWriteTo() throws IOException {
        Map<String, String> variables = Map.of("DATABASE_URL", "postgres://u:p@db/x", "POSTGRESQL_PASSWORD", "b", "PGBOUNCER_PASSWORD", "c");

        assertThat(withFile("/etc/pgbouncer/userlist.txt", variables).authUsers()).containsExactly(new UserEntry("u", new Secret("p")));
        assertThat(withFile("/opt/bitnami/pgbouncer/conf/userlist.txt", variables).authUsers()).containsExactly(new UserEntry("postgres", new Secret("b")));
        assertThat(withFile("/pgconf/users.txt", variables).authUsers()).containsExactly(new UserEntry("pgbouncer", new Secret("c")));
        assertThat(withFile(dir + "/other", variables).authUsers()).isEmpty();
        assertThat(withFile("/pgconf/users.txt", variables).text(Settings.AUTH_FILE)).as("it need not be there").isEmpty();
        assertThat(withFile("/pgconf/users.txt", Map.of()).text(Settings.AUTH_FILE)).isEqualTo("/pgconf/users.txt");
    }

    private Config withFile(String authFile, Map<String, String> variables) throws IOException {
        Path file = Files.writeString(dir.resolve("p.ini"), "[databases]\n[pgbouncer]\nauth_file = " + authFile + "\n");
        return ((LoadResult.Loaded) ConfigReader.read(file, new Environment(variables), null)).config();
    }

    @Test
    void everySettingCanStandInAFile() throws IOException {
        Path text = Files.writeString(dir.resolve("s"), "transaction\n");
        Path file = Files.writeString(dir.resolve("p.ini"), "[databases]\n[pgbouncer]\n");
        Environment environment = new Environment(Map.of("PGBOUNCER_POOL_MODE_FILE", text.toString(), "PGBOUNCER_CLIENT_TLS_CA_FILE", "/ca"));

        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(file, environment, null);

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().get(Settings.POOL_MODE)).isEqualTo(PoolMode.TRANSACTION);
        assertThat(loaded.config().text(Settings.CLIENT_TLS_CA_FILE)).isEqualTo("/ca");
        assertThat(load("POSTGRESQL_HOST", "db", "POSTGRESQL_PASSWORD", "p", "PGBOUNCER_PORT_FILE", Files.writeString(dir.resolve("n"), "7000").toString())
                .config().integer(Settings.LISTEN_PORT)).isEqualTo(7000);
    }

    @Test
    void filesOfDsnsThatCannotBeReadEndTheRow() {
        LoadResult.Loaded loaded = load("PGBOUNCER_DSN_0", "a=host=h", "PGBOUNCER_DSN_1_FILE", "/nonexistent/f", "PGBOUNCER_DSN_2", "c=host=h",
                "POSTGRESQL_PASSWORD", "p");

        assertThat(loaded.config().databases()).containsOnlyKeys("postgres", "a");
        assertThat(loaded.warnings()).singleElement().satisfies(w -> assertThat(w.toString()).contains("PGBOUNCER_DSN_1_FILE").contains("/nonexistent/f"));
        assertThat(problems("PGBOUNCER_DSN_0_FILE", "/nonexistent/f", "PGBOUNCER_FAIL_ON_INVALID_DSN_FILE", "yes", "POSTGRESQL_PASSWORD", "p").toString())
                .contains("/nonexistent/f");
        assertThat(problems("PGBOUNCER_DSN_0", "password", "POSTGRESQL_PASSWORD", "p").toString()).contains("no line of section [databases]");
        assertThat(problems("PGBOUNCER_DSN_0", "a=host=h password=geheim hots=1", "POSTGRESQL_PASSWORD", "p").toString()).contains("hots")
                .doesNotContain("geheim");
    }

    @Test
    void optionsAndQuietComeFromVariables() {
        assertThat(new Environment(Map.of("PGBOUNCER_EXTRA_FLAGS", " -q  -v ")).options()).containsExactly("-q", "-v");
        assertThat(new Environment(Map.of("QUIET", "1", "DATABASES_HOST", "db")).asksForQuiet()).isTrue();
        assertThat(new Environment(Map.of("QUIET", "1", "DB_HOST", "db")).asksForQuiet()).isFalse();
    }
}
