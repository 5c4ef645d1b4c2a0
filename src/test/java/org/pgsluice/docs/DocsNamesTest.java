package org.pgsluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pages about the code name types that are there, and members that those have. */
class DocsNamesTest {
    private static final List<String> PAGES = List.of("docs/architecture.md", "docs/where.md", "docs/glossary.md", "docs/differences.md", "docs/safety.md",
            "docs/faults.md");

    /** A type of ours, and what stands behind a dot or a hash: a nested type, a method, a constant. */
    private static final Pattern NAME = Pattern.compile("([A-Z][a-z][A-Za-z0-9]*)(?:[.#]([A-Za-z_]\\w*))?(?:\\(.*\\))?");

    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    /** Words of PostgreSQL, PgBouncer and Java that look like types of ours. */
    private static final Set<String> OTHERS = Set.of(
            "ReadyForQuery", "CommandComplete", "ParameterStatus", "ParseComplete", "AuthenticationOk", "BackendKeyData", "DateStyle", "TimeZone",
            "IntervalStyle", "Selector", "PgPool", "PgSocket");

    private static final Map<String, String> SOURCES = new HashMap<>();

    @BeforeAll
    static void readSources() throws IOException {
        try (var files = Files.walk(Path.of("src"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = String.valueOf(file.getFileName());
                SOURCES.merge(name.substring(0, name.length() - ".java".length()), Files.readString(file), String::concat);
            }
        }
    }

    @Test
    void typesAndMembersExist() {
        List<String> missing = new ArrayList<>();
        for (String page : PAGES) {
            for (String quoted : Page.read(Path.of(page)).quoted()) {
                Matcher name = NAME.matcher(quoted);
                if (name.matches() && !OTHERS.contains(name.group(1)) && !exists(name.group(1), name.group(2))) {
                    missing.add(page + ": " + quoted);
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void everyFaultIsNamedByItsTest() {
        List<String> unproven = new ArrayList<>();
        for (String row : Page.read(Path.of("docs/faults.md")).lines()) {
            if (row.startsWith("| ") && !row.startsWith("| fault ") && !row.startsWith("| --- ")) {
                String proof = row.substring(row.lastIndexOf(" | ", row.length() - 3));
                if (QUOTED.matcher(proof).results().noneMatch(quoted -> isTest(quoted.group(1)))) {
                    unproven.add(row);
                }
            }
        }

        assertThat(unproven).as("rows whose last column names no test by class and method").isEmpty();
    }

    private static boolean isTest(String quoted) {
        Matcher name = NAME.matcher(quoted);
        return name.matches() && name.group(2) != null && SOURCES.containsKey(name.group(1)) && exists(name.group(1), name.group(2));
    }

    private static boolean exists(String type, @Nullable String member) {
        String source = SOURCES.get(type);
        if (source == null) {
            return SOURCES.values().stream().anyMatch(text -> Pattern.compile("\\b(class|record|enum|interface) " + type + "\\b").matcher(text).find());
        }
        return member == null || Pattern.compile("\\b" + member + "\\b").matcher(source).find();
    }
}
