package org.pgsluice.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Words of problems, in one place. PgBouncer's where it has a line for the case, with what is allowed behind it. */
final class Problems {
    private Problems() {}

    /** A value of {@code [pgbouncer]} that is not one of its setting's. */
    static ConfigProblem badValue(String source, int line, String section, Setting<?> setting, String raw, String allowed) {
        String shown = setting.secret() ? Secret.MASK : raw;
        String last = invalidValue(shown, setting.name(), source, line) + "; allowed: " + allowed;
        // Said in PgBouncer's words too, which its users look for.
        String reserved = "cannot use the reserved \"" + shown + "\" database as an auth_dbname";
        return new ConfigProblem(source, line, section, setting.name(), shown, allowed,
                setting == Settings.AUTH_DBNAME ? List.of(reserved, last) : List.of(last));
    }

    static ConfigProblem badVariable(String variable, @Nullable String section, String key, String shown, String allowed) {
        return new ConfigProblem(variable, 0, section, key, shown, allowed,
                List.of("invalid value \"" + shown + "\" in environment variable " + variable + " for " + key + "; allowed: " + allowed));
    }

    /** A key that the main section does not have; {@code near} is the known name that comes closest. */
    static ConfigProblem unknownParameter(String source, int line, String key, String value, @Nullable String near) {
        String shown = looksSecret(key) ? Secret.MASK : value;
        String allowed = near == null ? "the names of SHOW CONFIG" : "the names of SHOW CONFIG, perhaps " + near;
        return new ConfigProblem(source, line, "pgbouncer", key, shown, allowed,
                List.of("unknown parameter: pgbouncer/" + key, invalidValue(shown, key, source, line) + "; allowed: " + allowed));
    }

    static ConfigProblem withoutSection(String source, int line, String key, String value) {
        String shown = looksSecret(key) || value.contains("password") ? Secret.MASK : value;
        return new ConfigProblem(source, line, null, key, shown, "a section header ahead of it",
                List.of("load_init_file: value without section: " + key, invalidValue(shown, key, source, line) + "; allowed: a section header ahead of it"));
    }

    static ConfigProblem badSection(String source, int line, String section) {
        String allowed = "[pgbouncer], [databases], [users], [peers]";
        return new ConfigProblem(source, line, section, null, null, allowed,
                List.of("invalid section \"" + section + "\" in configuration (" + source + ":" + line + "); allowed: " + allowed));
    }

    static ConfigProblem syntax(String source, int line, @Nullable String section, String allowed) {
        return new ConfigProblem(source, line, section, null, null, allowed,
                List.of("syntax error in configuration (" + source + ":" + line + "), stopping loading; allowed: " + allowed));
    }

    static ConfigProblem mainSectionMissing(String source) {
        return new ConfigProblem(source, 0, "pgbouncer", null, null, "a [pgbouncer] section",
                List.of("load_init_file: main section missing from config file"));
    }

    /** What is wrong with a line of another section: one line for each flaw, then the one with the place. */
    static ConfigProblem badEntry(IniFile.Value at, String section, EntryReader entry) {
        List<String> lines = new ArrayList<>();
        StringBuilder allowed = new StringBuilder();
        for (EntryReader.Flaw flaw : entry.flaws()) {
            lines.add(flaw.text());
            if (allowed.indexOf(flaw.allowed()) < 0) {
                allowed.append(allowed.isEmpty() ? "" : "; ").append(flaw.allowed());
            }
        }
        lines.add(invalidValue(entry.masked(), at.key(), at.file(), at.line()) + "; allowed: " + allowed);
        return new ConfigProblem(at.file(), at.line(), section, at.key(), entry.masked(), allowed.toString(), lines);
    }

    static ConfigProblem warning(String source, int line, @Nullable String section, @Nullable String key, String text) {
        return new ConfigProblem(source, line, section, key, null, null, List.of(line > 0 ? text + " (" + source + ":" + line + ")" : text));
    }

    static ConfigProblem plain(String source, int line, String allowed, String... lines) {
        return new ConfigProblem(source, line, null, null, null, allowed, List.of(lines));
    }

    /** Whether a name that nobody knows may have been meant for a secret. */
    static boolean looksSecret(String key) {
        String lower = key.toLowerCase(java.util.Locale.ROOT);
        return lower.contains("pas") || lower.contains("pw") || lower.contains("secret") || lower.contains("token");
    }

    private static String invalidValue(String shown, String key, String source, int line) {
        String text = "invalid value \"" + shown + "\" for parameter " + key;
        return line == 0 ? text : text + " in configuration (" + source + ":" + line + ")";
    }
}
