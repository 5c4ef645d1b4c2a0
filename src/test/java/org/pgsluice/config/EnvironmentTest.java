package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {
    @TempDir
    Path dir;

    private static LoadResult read(String... pairs) {
        Map<String, String> variables = new TreeMap<>(Map.of("USER", "shelluser", "HOME", "/root", "HOSTNAME", "h"));
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
    void withoutAFileItListensWhereTheImageDoesAndAsksForScram() {
        Config config = load("DATABASES_HOST", "db").config();

        assertThat(config.list(Settings.LISTEN_ADDR)).containsExactly("0.0.0.0");
        assertThat(config.integer(Settings.LISTEN_PORT)).isEqualTo(6432);
        assertThat(config.integer(Settings.EXTRA_LISTEN_PORT)).isEqualTo(5432);
        assertThat(config.get(Settings.AUTH_TYPE)).isEqualTo(AuthType.SCRAM_SHA_256);
        assertThat(config.list(Settings.ADMIN_USERS)).containsExactly("postgres");
        assertThat(config.list(Settings.IGNORE_STARTUP_PARAMETERS)).containsExactly("extra_float_digits");
        assertThat(config.get(Settings.USER)).isNull();
        assertThat(config.file()).isNull();
        assertThat(config.autoDatabase().hosts()).containsExactly("db");
        assertThat(config.databases()).isEmpty();
    }

    @Test
    void prefixedFamilyNamesServerUserAndDatabase() {
        Config config = load("DATABASES_HOST", "db", "DATABASES_PORT", "5433", "DATABASES_USER", "u", "DATABASES_PASSWORD", "p", "DATABASES_DBNAME", "app",
                "DATABASES_POOL_SIZE", "3", "DATABASES_POOL_MODE", "transaction", "PGBOUNCER_DEFAULT_POOL_SIZE", "7").config();

        DatabaseConfig app = config.databases().get("app");
        assertThat(app.serverDbname()).isEqualTo("app");
        assertThat(app.serverPort()).isEqualTo(5433);
        assertThat(app.user()).isEqualTo("u");
        assertThat(app.password().reveal()).isEqualTo("p");
        assertThat(app.poolSize()).isEqualTo(3);
        assertThat(app.poolMode()).isEqualTo(PoolMode.TRANSACTION);
        assertThat(config.autoDatabase().forName("other").serverDbname()).isEqualTo("app");
        assertThat(config.authUsers()).containsExactly(new UserEntry("u", new Secret("p")));
        assertThat(config.list(Settings.ADMIN_USERS)).containsExactly("postgres");
        assertThat(config.integer(Settings.DEFAULT_POOL_SIZE)).isEqualTo(7);
    }

    @Test
    void entryCanHaveANameOfItsOwn() {
        Config config = load("DATABASES_HOST", "db", "DATABASES_DBNAME", "app", "PGBOUNCER_DATABASE", "front").config();

        assertThat(config.databases()).containsOnlyKeys("front");
        assertThat(config.databases().get("front").serverDbname()).isEqualTo("app");
        assertThat(config.autoDatabase()).isNull();
    }

    @Test
    void bareFamilyLetsClientsLogInAsThemselves() {
        Config config = load("DB_HOST", "db", "DB_PORT", "5433", "DB_USER", "u", "DB_PASSWORD", "p", "DB_NAME", "app", "POOL_MODE", "transaction",
                "MAX_CLIENT_CONN", "5", "AUTH_TYPE", "plain", "LISTEN_PORT", "6432", "CLIENT_ENCODING", "UTF8").config();

        DatabaseConfig app = config.databases().get("app");
        assertThat(app.hosts()).containsExactly("db");
        assertThat(app.serverPort()).isEqualTo(5433);
        assertThat(app.user()).isNull();
        assertThat(app.authUser()).isEqualTo("u");
        assertThat(app.clientEncoding()).isEqualTo("UTF8");
        assertThat(config.autoDatabase()).isNull();
        assertThat(config.authUsers()).containsExactly(new UserEntry("u", new Secret("p")));
        assertThat(config.get(Settings.POOL_MODE)).isEqualTo(PoolMode.TRANSACTION);
        assertThat(config.integer(Settings.MAX_CLIENT_CONN)).isEqualTo(5);
        assertThat(config.get(Settings.AUTH_TYPE)).isEqualTo(AuthType.PLAIN);
        assertThat(config.integer(Settings.LISTEN_PORT)).isEqualTo(6432);
    }

    @Test
    void databaseWithoutANameIsTheFallback() {
        assertThat(load("DB_HOST", "db").config().autoDatabase().hosts()).containsExactly("db");
        assertThat(load("DATABASE_URL", "postgres://u:p@db").config().autoDatabase().hosts()).containsExactly("db");
    }

    @Test
    void namesUnderstoodWithoutAFileCountNothingWithOne() throws IOException {
        Path file = Files.writeString(dir.resolve("a.ini"), "[pgbouncer]\npool_mode=session\n[databases]\na=\n");
        Environment environment = new Environment(Map.of("POOL_MODE", "transaction", "DB_HOST", "x", "DATABASES_HOST", "y", "PGBOUNCER_MAX_CLIENT_CONN", "9"));

        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(file, environment, null);

        assertThat(loaded.config().get(Settings.POOL_MODE)).isEqualTo(PoolMode.SESSION);
        assertThat(loaded.config().databases()).containsOnlyKeys("a");
        assertThat(loaded.config().autoDatabase()).isNull();
        assertThat(loaded.config().integer(Settings.MAX_CLIENT_CONN)).isEqualTo(9);
        assertThat(loaded.config().get(Settings.AUTH_TYPE)).isEqualTo(AuthType.MD5);
        assertThat(loaded.warnings()).extracting(ConfigProblem::source).containsExactly("DATABASES_HOST");
    }

    @Test
    void everySettingCanBeGivenWithThePrefix() {
        for (Setting<?> setting : Settings.ALL) {
            String sample = setting == Settings.HTTP_LISTEN ? "127.0.0.1:1" : "1";
            String raw = setting.defaultRaw() == null || setting.defaultRaw().isEmpty() ? sample : setting.defaultRaw();

            String variable = "PGBOUNCER_" + setting.name().toUpperCase(java.util.Locale.ROOT);
            LoadResult.Loaded loaded = load("DB_HOST", "db", "DB_USER", "u", "DB_PASSWORD", "p", variable, raw);

            assertThat(loaded.warnings()).as(setting.name()).isEmpty();
            if (setting.parse(raw) instanceof Parsed.Value<?>(Object value)) {
                assertThat((Object) loaded.config().get(setting)).as(setting.name()).isEqualTo(value);
            }
        }
    }

    @Test
    void prefixedNameStandsAboveTheBareOne() {
        assertThat(load("DB_HOST", "db", "POOL_MODE", "bogus", "PGBOUNCER_POOL_MODE", "statement").config().get(Settings.POOL_MODE))
                .isEqualTo(PoolMode.STATEMENT);
    }

    @Test
    void shellsUserIsNoSettingAndNoLogin() {
        Config config = load("DB_HOST", "db", "USER", "someone").config();

        assertThat(config.get(Settings.USER)).isNull();
        assertThat(config.authUsers()).isEmpty();
        assertThat(load("DB_HOST", "db", "PGBOUNCER_USER", "nobody").config().text(Settings.USER)).isEqualTo("nobody");
    }

    @Test
    void variablesOfKubernetesAreWarnedAboutOnly() {
        LoadResult.Loaded loaded = load("DB_HOST", "db", "DB_USER", "u", "DB_PASSWORD", "p", "PGBOUNCER_PORT", "tcp://10.0.0.1:5432",
                "PGBOUNCER_SERVICE_HOST", "10.0.0.1", "PGBOUNCER_PORT_5432_TCP", "tcp://10.0.0.1:5432", "DB_PORT", "tcp://10.0.0.2:5432");

        assertThat(loaded.warnings()).extracting(ConfigProblem::source)
                .containsExactlyInAnyOrder("DB_PORT", "PGBOUNCER_PORT", "PGBOUNCER_PORT_5432_TCP", "PGBOUNCER_SERVICE_HOST");
        assertThat(loaded.warnings()).anySatisfy(w -> assertThat(w.lines().get(0)).contains("PGBOUNCER_PORT has an unknown name"));
        assertThat(loaded.config().autoDatabase().serverPort()).isEqualTo(5432);
    }

    @ParameterizedTest
    @CsvSource({
        "PGBOUNCER_POOL_MODE,bogus,'session, transaction, statement'", "POOL_MODE,bogus,'session, transaction, statement'", "MAX_CLIENT_CONN,many,whole number",
        "DB_PORT,x,a port from 1 to 65535", "DB_PORT,54x,a whole number", "DB_NAME,pgbouncer,any other name"
    })
    void badValueNamesItsVariable(String variable, String value, String allowed) {
        assertThat(problems("DB_HOST", "db", variable, value)).singleElement().satisfies(problem -> {
            assertThat(problem.source()).isEqualTo(variable);
            assertThat(problem.lines().get(0)).contains("\"" + value + "\" in environment variable " + variable).contains(allowed);
        });
    }

    @Test
    void allBadVariablesAreReportedAtOnce() {
        assertThat(problems("DB_HOST", "db", "DB_PORT", "x", "POOL_MODE", "y", "PGBOUNCER_PKT_BUF", "z", "DB_PASSWORD_FILE", "/nonexistent/s"))
                .extracting(ConfigProblem::source).containsExactlyInAnyOrder("DB_PORT", "POOL_MODE", "PGBOUNCER_PKT_BUF", "DB_PASSWORD_FILE");
        assertThat(problems("DATABASES_HOST", "h", "DATABASES_POOL_SIZE", "x", "DATABASES_PORT", "0", "DATABASES_POOL_MODE", "m"))
                .extracting(ConfigProblem::source).containsExactlyInAnyOrder("DATABASES_POOL_SIZE", "DATABASES_PORT", "DATABASES_POOL_MODE");
    }

    @Test
    void withoutAnyServerItIsSaidWhatIsThereAndWhatIsMissing() {
        assertThat(new Environment(Map.of("DB_USER", "u", "DB_PASSWORD", "geheim", "DATABASES_PORT", "1")).incompleteDatabases())
                .containsExactly("DATABASES_PORT is set, but not DATABASES_HOST or DATABASES", "DB_USER, DB_PASSWORD are set, but not DB_HOST");
        assertThat(new Environment(Map.of("POSTGRES_USER", "u")).incompleteDatabases())
                .containsExactly("POSTGRES_USER is for PostgreSQL's image, and not read");
        assertThat(new Environment(Map.of("PATH", "/bin")).incompleteDatabases()).isEmpty();
    }

    @Test
    void withoutAnyServerTheVariablesAreNamed() {
        assertThat(problems("POOL_MODE", "session").get(0).lines().get(0)).contains("DB_HOST").contains("DATABASE_URL").contains("DATABASES_HOST");
        assertThat(new Environment(Map.of("DB_HOST", "")).describesDatabase()).isFalse();
        assertThat(new Environment(Map.of("DATABASE_URL_FILE", "/x")).describesDatabase()).isTrue();
    }

    @Test
    void secretsCanStandInFiles() throws IOException {
        Path secret = Files.writeString(dir.resolve("s"), " p w\n\n");

        Config a = load("DATABASES_HOST", "db", "DATABASES_USER", "u", "DATABASES_PASSWORD_FILE", secret.toString()).config();
        Config b = load("DB_HOST", "db", "DB_USER", "u", "DB_PASSWORD_FILE", secret.toString()).config();

        assertThat(a.autoDatabase().password().reveal()).isEqualTo(" p w\n");
        assertThat(b.authUsers()).containsExactly(new UserEntry("u", new Secret(" p w\n")));
        assertThat(problems("DB_HOST", "db", "DB_PASSWORD", "x", "DB_PASSWORD_FILE", secret.toString()).toString()).contains("both set");
    }

    @Test
    void urlsMakeOneDatabaseEach() {
        Config config = load("DATABASE_URLS", "postgres://a:pa@h1/one,postgresql://b:p%2Cb@h2:5433/two?pool_size=4&application_name=x%20y").config();

        assertThat(config.databases()).containsOnlyKeys("one", "two");
        assertThat(config.databases().get("one").authUser()).isEqualTo("a");
        assertThat(config.databases().get("two")).satisfies(two -> {
            assertThat(two.hosts()).containsExactly("h2");
            assertThat(two.serverPort()).isEqualTo(5433);
            assertThat(two.poolSize()).isEqualTo(4);
            assertThat(two.applicationName()).isEqualTo("x y");
        });
        assertThat(config.authUsers()).containsExactly(new UserEntry("a", new Secret("pa")), new UserEntry("b", new Secret("p,b")));
        assertThat(config.list(Settings.ADMIN_USERS)).as("users of the application are none").containsExactly("postgres");
    }

    @Test
    void sslmodeOfAUrlIsTheServersAndOtherParametersAreWarnedAbout() {
        LoadResult.Loaded loaded = load("DATABASE_URL", "postgres://u:p@h/d?sslmode=require&connect_timeout=3");

        assertThat(loaded.config().get(Settings.SERVER_TLS_SSLMODE)).isEqualTo(SslMode.REQUIRE);
        assertThat(loaded.warnings()).singleElement().satisfies(w -> assertThat(w.key()).isEqualTo("connect_timeout"));
    }

    @Test
    void badUrlIsReportedWithoutItsText() {
        assertThat(problems("DATABASE_URL", "mysql://u:geheim@h/d").toString()).contains("DATABASE_URL").doesNotContain("geheim");
        assertThat(problems("DATABASE_URL", "postgres://u:geheim@h:99999/d").toString()).contains("99999").doesNotContain("geheim");
    }

    @Test
    void adminsAndStatsUsersHaveTheirPasswords() {
        Config config = load("DB_HOST", "db", "ADMIN_USERS", "a,b", "ADMIN_PASSWORDS", "pa,pb", "STATS_USERS", "s", "STATS_PASSWORDS", "ps").config();

        assertThat(config.authUsers()).extracting(UserEntry::name).containsExactly("a", "b", "s");
        assertThat(config.list(Settings.ADMIN_USERS)).containsExactly("a", "b");
        assertThat(problems("DB_HOST", "db", "ADMIN_USERS", "a,b", "ADMIN_PASSWORDS", "geheim").toString()).contains("1 passwords for the 2 users")
                .doesNotContain("geheim");
    }

    @Test
    void environmentDoesNotShowItself() {
        assertThat(new Environment(Map.of("DB_PASSWORD", "geheim")).toString()).doesNotContain("geheim");
    }

    @Test
    void everyCharacterSurvives() {
        long seed = 20_251_123L;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            String user = printable(random);
            String password = printable(random);
            String dbname = printable(random);

            Config a = load("DATABASES_HOST", "db", "DATABASES_USER", user, "DATABASES_PASSWORD", password, "DATABASES_DBNAME", dbname,
                    "DATABASES_CONNECT_QUERY", password, "PGBOUNCER_SERVER_RESET_QUERY", password).config();
            Config b = load("DB_HOST", "db", "DB_USER", user, "DB_PASSWORD", password, "DB_NAME", dbname, "SERVER_RESET_QUERY", password).config();
            Config c = load("DATABASE_URL", "postgres://" + encoded(user) + ":" + encoded(password) + "@db/" + encoded(dbname)).config();

            String as = "seed " + seed + " round " + round;
            assertThat(a.authUsers()).as(as).containsExactly(new UserEntry(user, new Secret(password))).isEqualTo(b.authUsers()).isEqualTo(c.authUsers());
            assertThat(a.databases()).as(as).containsOnlyKeys(dbname);
            assertThat(a.databases().get(dbname).user()).as(as).isEqualTo(user);
            assertThat(a.databases().get(dbname).password().reveal()).as(as).isEqualTo(password);
            assertThat(a.databases().get(dbname).connectQuery()).as(as).isEqualTo(password);
            assertThat(a.text(Settings.SERVER_RESET_QUERY)).as(as).isEqualTo(password).isEqualTo(b.text(Settings.SERVER_RESET_QUERY));
            assertThat(b.databases()).as(as).containsOnlyKeys(dbname);
            assertThat(c.databases()).as(as).containsOnlyKeys(dbname);
            assertThat(c.databases().get(dbname).authUser()).as(as).isEqualTo(user);
        }
    }

    private static String printable(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = 1 + random.nextInt(30); length > 0; length--) {
            text.append(random.nextInt(10) == 0 ? "üß€"
                    .charAt(random.nextInt(3)) : (char) (' ' + random.nextInt(95)));
        }
        // a lone * would be the fallback's name
        return text.append('x').toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
