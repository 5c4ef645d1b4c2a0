package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    @TempDir
    Path dir;

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("a.ini"), text);
    }

    private LoadResult.Loaded load(String text) throws IOException {
        return (LoadResult.Loaded) ConfigReader.read(file(text), Environment.NONE, null);
    }

    private Config config(String text) throws IOException {
        return load(text).config();
    }

    private List<ConfigProblem> problems(String text) throws IOException {
        return ((LoadResult.Failed) ConfigReader.read(file(text), Environment.NONE, null)).problems();
    }

    /** All log lines, the test's directory cut from file names. */
    private List<String> lines(String text) throws IOException {
        List<String> lines = new ArrayList<>();
        for (ConfigProblem problem : problems(text)) {
            for (String line : problem.lines()) {
                lines.add(line.replace(dir + "/", ""));
            }
        }
        return lines;
    }

    @Test
    void sectionsInAnyOrderAreRead() throws IOException {
        Config config = config("""
                [users]
                u = pool_mode=statement
                [peers]
                2 = host=b
                1 = host=a
                [databases]
                z = host=h
                * = host=fallback
                a =
                [pgbouncer]
                listen_port = 7000
                """);

        assertThat(config.integer(Settings.LISTEN_PORT)).isEqualTo(7000);
        assertThat(config.databases().keySet()).containsExactly("a", "z");
        assertThat(config.autoDatabase().hosts()).containsExactly("fallback");
        assertThat(config.users().get("u").poolMode()).isEqualTo(PoolMode.STATEMENT);
        assertThat(config.peers().keySet()).containsExactly(1, 2);
        assertThat(config.file()).isEqualTo(dir.resolve("a.ini"));
        assertThat(config.text(Settings.CONFFILE)).isEqualTo(dir.resolve("a.ini").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "[pgbouncer]\nlogfile = a ; b # c",
        "; first\n# second\n\n   ;third\n[pgbouncer]\n   logfile=a ; b # c   \n",
        "[pgbouncer]\r\nlogfile\t=\t a ; b # c\t \r\n",
        "[pgbouncer] logfile = a ; b # c",
        "[pgbouncer]\nlogfile = x\nlogfile = a ; b # c",
        "[pgbouncer]\n'logfile' = a ; b # c",
    })
    void commentsStandAtTheStartOfALineOnly(String text) throws IOException {
        assertThat(config(text).text(Settings.LOGFILE)).isEqualTo("a ; b # c");
    }

    @Test
    void valuesAreNotUnquotedAndMayBeEmpty() throws IOException {
        Config config = config("[pgbouncer]\nserver_check_query = 'select 1'\nserver_reset_query =\nauth_file = \"x\"=y");

        assertThat(config.text(Settings.SERVER_CHECK_QUERY)).isEqualTo("'select 1'");
        assertThat(config.text(Settings.SERVER_RESET_QUERY)).isEmpty();
        assertThat(config.text(Settings.AUTH_FILE)).isEqualTo("\"x\"=y");
    }

    @Test
    void environmentIsNotExpandedInValues() throws IOException {
        assertThat(config("[pgbouncer]\nlogfile = $HOME/%h/~").text(Settings.LOGFILE)).isEqualTo("$HOME/%h/~");
    }

    @Test
    void namesWithOtherCharactersStandInSingleQuotes() throws IOException {
        Config config = config("[pgbouncer]\n[databases]\n'my db; [x] = ü' = host=h\na.b-c_D9* = host=h");

        assertThat(config.databases().keySet()).containsExactly("a.b-c_D9*", "my db; [x] = ü");
    }

    @Test
    void secondMainHeaderWipesTheFirst() throws IOException {
        Config config = config("[pgbouncer]\nlisten_port=1\nauth_file=kept\nverbose=2\n[databases]\na=\n[pgbouncer]\npool_mode=statement\n");

        assertThat(config.integer(Settings.LISTEN_PORT)).isEqualTo(6432);
        assertThat(config.text(Settings.AUTH_FILE)).isEqualTo("kept");
        assertThat(config.integer(Settings.VERBOSE)).isEqualTo(2);
        assertThat(config.get(Settings.POOL_MODE)).isEqualTo(PoolMode.STATEMENT);
        assertThat(config.databases()).containsOnlyKeys("a");
    }

    @Test
    void includedFilesStandWhereTheyAreNamed() throws IOException {
        Path more = Files.writeString(dir.resolve("more.ini"), "listen_port = 2\n[databases]\na =\n");

        Config config = config("[pgbouncer]\nlisten_port = 1\n%include " + more + "  \nb =\n");

        assertThat(config.integer(Settings.LISTEN_PORT)).isEqualTo(2);
        assertThat(config.databases()).containsOnlyKeys("a", "b");
    }

    @Test
    void includesNestTenDeep() throws IOException {
        Path next = Files.writeString(dir.resolve("i10.ini"), "listen_port = 10\n");
        for (int i = 9; i > 0; i--) {
            next = Files.writeString(dir.resolve("i" + i + ".ini"), "%include " + next + "\n");
        }
        assertThat(config("[pgbouncer]\n%include " + next).integer(Settings.LISTEN_PORT)).isEqualTo(10);

        Path loop = dir.resolve("a.ini");
        assertThat(lines("[pgbouncer]\n%include " + loop)).containsExactly("include nesting level too deep (a.ini:2), stopping loading");
    }

    /** A thousand million times, else. */
    @Test
    void fileThatIncludesItselfManyTimesIsReadTenTimes() throws IOException {
        assertThat(lines("[pgbouncer]\n" + ("%include " + dir.resolve("a.ini") + "\n").repeat(8)))
                .containsExactly("include nesting level too deep (a.ini:2), stopping loading");
    }

    @Test
    void fileWithoutEndIsNotRead() throws IOException {
        assertThat(lines("[pgbouncer]\n%include /dev/zero\n"))
                .containsExactly("could not load file \"/dev/zero\": more than 64 MiB of configuration",
                "error processing include file in configuration (a.ini:2), stopping loading");
    }

    @Test
    void fileOfAnotherKindIsNotListedAsAWhole() throws IOException {
        assertThat(problems("what is this\n".repeat(10_000))).hasSize(IniFile.MOST_PROBLEMS);
        assertThat(problems("[pgbouncer]\n" + "nosuch = 1\n".repeat(10_000))).hasSize(IniFile.MOST_PROBLEMS);
        assertThat(problems("[pgbouncer]\n" + "%include /nonexistent/x.ini\n".repeat(10_000))).hasSizeLessThanOrEqualTo(IniFile.MOST_PROBLEMS);
    }

    @Test
    void missingIncludeNamesBothFiles() throws IOException {
        assertThat(lines("[pgbouncer]\n\n%include /nonexistent/x.ini\n"))
                .containsExactly("could not load file \"/nonexistent/x.ini\": No such file or directory",
                "error processing include file in configuration (a.ini:3), stopping loading");
    }

    @Test
    void missingFileIsNamed() {
        LoadResult result = ConfigReader.read(Path.of("/nonexistent/a.ini"), Environment.NONE, null);

        assertThat(((LoadResult.Failed) result).problems().get(0).lines())
                .containsExactly("could not load file \"/nonexistent/a.ini\": No such file or directory");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            [databases]                              | load_init_file: main section missing from config file
            ^^                                       | load_init_file: main section missing from config file
            listen_port = 1~[pgbouncer]              | load_init_file: value without section: listen_port
            [pgbouncer]~[nosuch]                     | invalid section "nosuch" in configuration (a.ini:2)
            [PgBouncer]                              | invalid section "PgBouncer" in configuration (a.ini:1)
            [pgbouncer]~~nosuch = 1                  | unknown parameter: pgbouncer/nosuch
            [pgbouncer]~~nosuch = 1                  | invalid value "1" for parameter nosuch in configuration (a.ini:3)
            [pgbouncer]~POOL_MODE = session          | unknown parameter: pgbouncer/POOL_MODE
            [pgbouncer]~listen_port = x~~            | invalid value "x" for parameter listen_port in configuration (a.ini:2)
            [pgbouncer]~auth_type = bogus            | invalid value "bogus" for parameter auth_type in configuration (a.ini:2)
            [pgbouncer~                              | syntax error in configuration (a.ini:1), stopping loading
            [pgbouncer]~~listen_port~                | syntax error in configuration (a.ini:3), stopping loading
            [pgbouncer]~"listen_port" = 1            | syntax error in configuration (a.ini:2), stopping loading
            [pgbouncer]~listen port = 1              | syntax error in configuration (a.ini:2), stopping loading
            [pgbouncer]~'' = 1                       | syntax error in configuration (a.ini:2), stopping loading
            [pgbouncer]~'listen_port = 1             | syntax error in configuration (a.ini:2), stopping loading
            [pgbouncer]~%includes x                  | syntax error in configuration (a.ini:2), stopping loading
            [pgbouncer]~[databases]~a = port=0       | invalid port: 0
            [pgbouncer]~[databases]~a = x=y          | unrecognized connection parameter: x
            [pgbouncer]~[databases]~a = x            | syntax error in connection string
            [pgbouncer]~[databases]~pgbouncer = x=y  | database name "pgbouncer" is reserved
            [pgbouncer]~[databases]~* = host=        | syntax error in connection string
            [pgbouncer]~[users]~a = host=x           | unrecognized user parameter: host
            [pgbouncer]~[peers]~a = host=x           | ids of peers must be a number larger than 0 and at most 65536
            [pgbouncer]~[databases]~a = port=0       | invalid value "port=0" for parameter a in configuration (a.ini:3)
            """)
    void mistakesAreLoggedInPgbouncersWords(String text, String line) throws IOException {
        assertThat(lines(text.replace('~', '\n'))).anyMatch(l -> l.equals(line) || l.startsWith(line + "; allowed: "));
    }

    @Test
    void allProblemsAreReportedAtOnceWithTheirPlaces() throws IOException {
        List<ConfigProblem> problems = problems("""
                [pgbouncer]
                listen_port = x
                pool_mod = session
                what is this
                pool_mode = never
                [nowhere]
                a = b
                [databases]
                a = port=0 hots=h
                b = host=h
                [peers]
                0 = host=a
                """);

        assertThat(problems).extracting(p -> p.section() + " " + p.key() + " " + p.line()).containsExactlyInAnyOrder("pgbouncer listen_port 2",
                "pgbouncer pool_mod 3", "null null 4", "pgbouncer pool_mode 5", "nowhere null 6", "databases a 9", "peers 0 12");
        assertThat(problems).allSatisfy(p -> {
            assertThat(p.source()).isEqualTo(dir.resolve("a.ini").toString());
            assertThat(p.allowed()).isNotEmpty();
        });
        assertThat(problems).extracting(ConfigProblem::allowed).contains("session, transaction, statement", "the names of SHOW CONFIG, perhaps pool_mode");
    }

    @Test
    void numbersThatAreReadInPartAreWarnedAbout() throws IOException {
        LoadResult.Loaded loaded = load("[pgbouncer]\n[databases]\na = pool_size=2o\n");

        assertThat(loaded.config().databases().get("a").poolSize()).isEqualTo(2);
        assertThat(loaded.warnings()).singleElement().satisfies(w -> assertThat(w.lines().get(0)).contains("\"2o\" for pool_size of a is read as 2")
                .contains(":3)"));
    }

    @Test
    void fileThatIsNotUtf8IsReadAsLatin1() throws IOException {
        Path file = Files.write(dir.resolve("a.ini"), "[pgbouncer]\nlogfile = ü".getBytes(StandardCharsets.ISO_8859_1));

        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(file, Environment.NONE, null);

        assertThat(loaded.config().text(Settings.LOGFILE)).isEqualTo("ü");
        assertThat(loaded.warnings()).hasSize(1);
    }

    @Test
    void commandLineValuesHoldUnlessTheFileNamesThem() throws IOException, ConfigException {
        Config base = Config.defaults().with(Settings.VERBOSE, "2");

        LoadResult silent = ConfigReader.read(file("[pgbouncer]\n"), Environment.NONE, base);
        LoadResult named = ConfigReader.read(file("[pgbouncer]\nverbose=1\n"), Environment.NONE, base);

        assertThat(((LoadResult.Loaded) silent).config().integer(Settings.VERBOSE)).isEqualTo(2);
        assertThat(((LoadResult.Loaded) named).config().integer(Settings.VERBOSE)).isEqualTo(1);
    }
}
