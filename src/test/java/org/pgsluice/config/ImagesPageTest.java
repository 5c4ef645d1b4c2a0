package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pgsluice.auth.AuthFile;
import org.pgsluice.auth.Credentials;

/** Each line of the tables in {@code docs/images.md} is what it says: the variable is set, the rest of the section's beside it, and the result compared. */
class ImagesPageTest {
    private static final Pattern CODE = Pattern.compile("`([^`]*)`");
    private static final String BESIDE = "Each line stands beside ";

    @TempDir
    Path root;

    /** One line: the variables, and what they give. */
    record Line(String section, Map<String, String> variables, List<String> gives) {
        @Override
        public String toString() {
            return section + ": " + variables;
        }
    }

    static Stream<Line> lines() throws IOException {
        List<Line> lines = new ArrayList<>();
        String section = "";
        Map<String, String> beside = Map.of();
        for (String text : Files.readAllLines(Path.of("docs", "images.md"))) {
            if (text.startsWith("## ")) {
                section = text.substring(3);
                beside = Map.of();
            } else if (text.startsWith(BESIDE)) {
                beside = variable(codes(text).getFirst());
            } else if (text.startsWith("| ") && !beside.isEmpty() && !text.startsWith("| ---") && !text.startsWith("| variable ")) {
                String[] cells = text.split(" \\| ");
                Map<String, String> variables = new LinkedHashMap<>(beside);
                codes(cells[0]).forEach(code -> variables.putAll(variable(code)));
                lines.add(new Line(section, variables, codes(cells[1])));
            }
        }
        return lines.stream();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void variableGivesWhatThePageSays(Line line) throws Exception {
        Files.createDirectories(root.resolve("tmp"));

        LoadResult read = ConfigReader.read(null, new Environment(line.variables(), root), null);

        assertThat(read).isInstanceOf(LoadResult.Loaded.class);
        LoadResult.Loaded loaded = (LoadResult.Loaded) read;
        assertThat(loaded.warnings()).as("only that nobody has a password").allSatisfy(w -> assertThat(w.toString()).contains("nobody can log in"));
        for (String expected : line.gives()) {
            check(loaded.config(), expected);
        }
    }

    @Test
    void everyImageHasItsLines() throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        lines().forEach(line -> counts.merge(line.section(), 1, Integer::sum));

        assertThat(counts).hasSize(5);
        assertThat(lines().filter(line -> line.gives().stream().anyMatch(gives -> gives.contains(" = ") || gives.startsWith("[")))).hasSizeGreaterThan(60);
    }

    @Test
    void pageNamesEveryVariableOfBitnami() throws IOException {
        String page = Files.readString(Path.of("docs", "images.md"));

        assertThat(BitnamiEntries.SETTINGS.keySet()).allSatisfy(name -> assertThat(page).contains("`" + name + "="));
        assertThat(BitnamiEntries.NAMES).allSatisfy(name -> assertThat(page).contains("`" + name + "="));
    }

    private static void check(Config config, String expected) throws Exception {
        if (expected.startsWith("[databases] ")) {
            String[] parts = expected.substring("[databases] ".length()).split(" = ", 2);
            DatabaseConfig database = parts[0].equals("*") ? config.autoDatabase() : config.databases().get(parts[0]);
            assertThat(database).as(expected).isNotNull();
            DatabaseConfig wanted = DatabaseConfig.parse(parts[0], parts[1]);
            for (EntryKey<?> key : EntryKeys.OF_DATABASES) {
                Object value = wanted.values().get(key);
                if (value != null) {
                    assertThat((Object) Objects.requireNonNull(database).values().get(key)).as(expected + ": " + key.name()).isEqualTo(value);
                }
            }
        } else if (expected.startsWith("[users] ")) {
            String[] parts = expected.split(" ");
            Map<String, Credentials> listed = config.userList() == null ? Map.of() : AuthFile.parse(config.userList().reveal()).users();
            assertThat(config.authUsers().contains(new UserEntry(parts[1], new Secret(parts[2]))) || listed.containsKey(parts[1])).as(expected).isTrue();
        } else if (expected.contains(" = ")) {
            String[] parts = expected.split(" = ?", 2);
            Setting<?> setting = Settings.find(parts[0]);
            assertThat(setting).as(expected).isNotNull();
            Object wanted = ((Parsed.Value<?>) Objects.requireNonNull(setting).parse(parts[1])).value();
            assertThat((Object) config.get(setting)).as(expected).isEqualTo(wanted);
        }
    }

    private static Map<String, String> variable(String code) {
        int equals = code.indexOf('=');
        return equals < 0 ? Map.of() : Map.of(code.substring(0, equals), code.substring(equals + 1));
    }

    private static List<String> codes(String text) {
        return CODE.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
    }
}
