package org.pgsluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pgsluice.config.ConsoleVersion;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;

/** What the page on PgBouncer's parameters, commands and signals says, line by line. */
class CompatibilityPageTest {
    private static final Set<String> VERDICTS = Set.of("same", "better", "different");
    private static final Map<String, String> TESTS = new HashMap<>();
    private static List<String> page;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readAllLines(Path.of("docs/pgbouncer-compatibility.md"));
        try (var files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                TESTS.put(file.getFileName().toString().replace(".java", ""), text(file));
            }
        }
    }

    @Test
    void everyParameterStandsThereAsItIs() throws IOException {
        List<String> expected = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/org/pgsluice/config/settings.tsv")).stream().skip(1).toList()) {
            String[] row = line.split("\t", -1);
            String standard = row[1].equals("\\N") ? "NULL" : row[1].isEmpty() ? "" : "`" + row[1] + "`";
            expected.add(row[0] + " " + standard + " " + row[2]);
        }

        List<String> found = new ArrayList<>();
        for (List<String> row : table("| parameter |")) {
            found.add(word(row.get(0)) + " " + row.get(1) + " " + row.get(2));
            Setting<?> setting = Settings.find(word(row.get(0)));
            assertThat(setting).as(row.get(0)).isNotNull();
            assertThat(setting.defaultRaw() == null ? "NULL" : setting.defaultRaw()).as(row.get(0)).isEqualTo(word(row.get(1)));
            assertThat(setting.reloadable() ? "yes" : "no").as(row.get(0)).isEqualTo(row.get(2));
            judged(row.get(0), row.get(3), row.get(4));
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void theTestOfAParameterNamesIt() {
        for (List<String> row : table("| parameter |")) {
            if (row.get(5).equals("-")) {
                assertThat(TESTS.get("SettingsProofTest")).as(row.get(0)).contains('"' + word(row.get(0)) + "\", \"");
                continue;
            }
            String name = word(row.get(0));
            Pattern named = Pattern.compile("(\\b|\\\\n)" + name + "\\b|\\bSettings\\." + name.toUpperCase(Locale.ROOT) + "\\b");
            assertThat(TESTS).as(name).containsKey(word(row.get(5)));
            assertThat(named.matcher(TESTS.get(word(row.get(5)))).find()).as(row.get(5) + " about " + name).isTrue();
        }
    }

    @Test
    void everyCommandOfTheHelpTextStandsThereAndIsTaken() {
        List<String> words = new ArrayList<>();
        for (List<String> row : table("| command |")) {
            String command = word(row.get(0));
            words.add(command.split(" ", -1)[0] + (command.startsWith("SHOW ") ? " " + command.substring(5) : ""));
            assertThat(CommandParser.parse(command, ConsoleVersion.NEWEST)).as(command).isNotInstanceOf(AdminCommand.Invalid.class);
            assertThat(TESTS).as(command).containsKey(word(row.get(3)));
            judged(command, row.get(1), row.get(2));
        }
        for (String line : String.valueOf(HelpText.NOTICE.detail()).lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
            for (String option : line.startsWith("SHOW ") ? line.substring(5).split("\\|", -1) : new String[] {line.split(" ", -1)[0]}) {
                String wanted = line.startsWith("SHOW ") ? "SHOW " + option : option;
                if (!Set.of("SHOW REACTORS", "SHOW HANDOVER", "SHOW PINS", "SHOW SESSION_STATE", "SHOW ADVICE").contains(wanted)) {
                    assertThat(words).contains(wanted);
                }
            }
        }
    }

    @Test
    void everySignalStandsThere() throws IOException {
        String signals = text(Path.of("src/main/java/org/pgsluice/process/ProcessSignal.java"));
        for (List<String> row : table("| signal |")) {
            String name = word(row.get(0)).substring("SIG".length());
            assertThat(signals).contains("    " + name + "(");
            assertThat(TESTS.get(word(row.get(3)))).as(name).contains("ProcessSignal." + name);
            judged(name, row.get(1), row.get(2));
        }
        assertThat(table("| signal |")).hasSize((int) signals.lines().filter(line -> line.matches("    [A-Z0-9]+\\(\\d+\\)[,;]")).count());
    }

    private static void judged(String what, String verdict, String why) {
        assertThat(VERDICTS).as(what).contains(verdict);
        assertThat(verdict.equals("same") || !why.isEmpty()).as(what + ": what is different").isTrue();
    }

    private static List<List<String>> table(String head) {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : page) {
            inside = line.startsWith(head) || inside && line.startsWith("|");
            if (inside && !line.startsWith(head) && !line.startsWith("| ---")) {
                List<String> cells = new ArrayList<>();
                for (String cell : line.substring(1, line.length() - 1).split("(?<!\\\\)\\|", -1)) {
                    cells.add(cell.strip());
                }
                rows.add(cells);
            }
        }
        assertThat(rows).as(head).isNotEmpty();
        return rows;
    }

    private static String word(String cell) {
        return cell.startsWith("`") ? cell.substring(1, cell.length() - 1) : cell;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
