package org.pgsluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;

/** Every setting that has an effect is named by a test that sees what it does. Tests of the configuration's own room see only that it is read. */
class SettingsProofTest {
    /** Settings that no test names, with the reason. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "conffile", "shown alone: the file is an argument of the command line",
            "job_name", "shown alone, as by PgBouncer where it is no Windows service",
            "syslog", "lines go to the machine's own syslog; LogLinesTest writes one",
            "syslog_ident", "as syslog",
            "syslog_facility", "as syslog; LogLinesTest has the words",
            "dns_max_ttl", "CachingResolverTest has what the time does; that it is this one only a name server could show",
            "dns_nxdomain_ttl", "as dns_max_ttl");

    @Test
    void everySettingIsNamedByATestOfWhatItDoes() throws IOException {
        String tests = tests();
        Set<String> unnamed = new TreeSet<>();
        for (Setting<?> setting : Settings.ALL) {
            if (EXCEPTIONS.containsKey(setting.name())) {
                continue;
            }
            // In a text block or string a setting may stand behind the n of a line feed.
            Pattern name = Pattern.compile("(\\b|\\\\n)" + setting.name() + "\\b|\\bSettings\\." + setting.name().toUpperCase(Locale.ROOT) + "\\b");
            if (!name.matcher(tests).find()) {
                unnamed.add(setting.name());
            }
        }

        assertThat(unnamed).isEmpty();
    }

    @Test
    void exceptionsAreSettings() {
        assertThat(Settings.ALL).extracting(Setting::name).containsAll(EXCEPTIONS.keySet());
    }

    private static String tests() throws IOException {
        StringBuilder all = new StringBuilder();
        try (var files = Files.walk(Path.of("src/test/java"))) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
            for (Path file : sources) {
                if (!file.toString().contains("/config/") && !file.endsWith("SettingsProofTest.java")) {
                    all.append(text(file));
                }
            }
        }
        return all.toString();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
