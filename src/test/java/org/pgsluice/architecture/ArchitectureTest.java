package org.pgsluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the rooms apart, as the table of the architecture page says. A room that is not there yet breaks nothing; one that is not in the table does. */
class ArchitectureTest {
    private static final String BASE = "org.pgsluice.";

    /** Which rooms a room may use. Everyone but {@code wire} may write log lines. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("wire", Set.of()),
            Map.entry("log", Set.of()),
            Map.entry("net", Set.of("log")),
            Map.entry("config", Set.of("log")),
            Map.entry("stats", Set.of("config", "log")),
            Map.entry("tls", Set.of("config", "net", "log")),
            Map.entry("auth", Set.of("wire", "config", "net", "log")),
            Map.entry("sql", Set.of("log")),
            Map.entry("prepared", Set.of("wire", "sql", "log")),
            Map.entry("vars", Set.of("wire", "config", "log")),
            Map.entry("state", Set.of("vars", "sql", "log")),
            Map.entry("pool", Set.of("config", "stats", "log")),
            Map.entry("server", Set.of("wire", "net", "tls", "auth", "vars", "sql", "state", "prepared", "pool", "stats", "config", "log")),
            Map.entry("notify", Set.of("wire", "net", "sql", "prepared", "pool", "log", "server")),
            Map.entry("client", Set.of("wire", "net", "tls", "auth", "vars", "sql", "state", "prepared", "pool", "stats", "config", "log",
                    "server", "notify")),
            Map.entry("cancel", Set.of("wire", "net", "tls", "pool", "server", "config", "log")),
            Map.entry("admin", Set.of("wire", "net", "config", "pool", "stats", "log")),
            Map.entry("check", Set.of("config", "log")), // of a program of its own
            Map.entry("advice", Set.of("admin", "pool", "log")),
            Map.entry("metrics", Set.of("config", "stats", "pool", "admin", "log")),
            Map.entry("web", Set.of("net", "config", "stats", "pool", "metrics", "admin", "log")),
            Map.entry("demo", Set.of()), // a program of its own
            Map.entry("top", Set.of("wire", "auth", "net")), // another one
            Map.entry("pooler", Set.of("wire", "log", "net", "config", "stats", "auth", "vars", "pool", "server", "client", "cancel", "admin",
                    "tls", "notify")),
            Map.entry("handover", Set.of("wire", "log", "net", "config", "auth", "prepared", "vars", "pool", "server", "client", "cancel", "admin", "pooler")),
            Map.entry("console", Set.of("wire", "log", "net", "config", "stats", "vars", "prepared", "pool", "server", "client", "notify", "cancel",
                    "admin", "advice", "pooler", "handover")),
            Map.entry("rehearsal", Set.of("wire", "auth", "net")), // what is around the pooler in a training run
            Map.entry("process", Set.of("auth", "rehearsal", "log", "net", "config", "pool", "server", "admin", "web", "pooler", "handover", "console",
                    "check")));

    private static final Set<String> CLOCK_AND_CHANCE = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.time.Instant.now",
            "java.time.InstantSource.system",
            "java.lang.Math.random",
            "java.lang.Thread.<init>",
            "java.lang.Thread.ofPlatform",
            "java.lang.Thread.ofVirtual",
            "java.lang.Thread.sleep",
            "java.util.Random.<init>",
            "java.security.SecureRandom.<init>",
            "java.util.concurrent.ThreadLocalRandom.current");

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.pgsluice");
    }

    @Test
    void roomsUseOnlyWhatTheTableAllows() {
        Set<String> broken = new TreeSet<>();
        for (JavaClass from : classes) {
            String room = room(from);
            Set<String> allowed = MAY_USE.get(room);
            if (allowed == null) {
                broken.add(from.getName() + " lives in no room of the table");
                continue;
            }
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass().getBaseComponentType();
                if (to.getName().startsWith(BASE) && !room(to).equals(room) && !allowed.contains(room(to))) {
                    broken.add(from.getName() + " uses " + to.getName());
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void tableHasNoCycle() {
        Set<String> placed = new TreeSet<>();
        while (placed.size() < MAY_USE.size()) {
            Set<String> next = new TreeSet<>();
            MAY_USE.forEach((room, uses) -> {
                if (!placed.contains(room) && placed.containsAll(uses)) {
                    next.add(room);
                }
            });

            assertThat(next).as("rooms that stand on %s alone", placed).isNotEmpty();
            placed.addAll(next);
        }
    }

    /** The table cannot say it of the packages inside a room. */
    @Test
    void packagesHaveNoCycle() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass from : classes) {
            Set<String> used = uses.computeIfAbsent(from.getPackageName(), name -> new TreeSet<>());
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                String to = dependency.getTargetClass().getBaseComponentType().getPackageName();
                if (to.startsWith(BASE) && !to.equals(from.getPackageName())) {
                    used.add(to);
                }
            }
        }
        Set<String> placed = new TreeSet<>();
        while (placed.size() < uses.size()) {
            Set<String> next = new TreeSet<>(uses.keySet());
            next.removeIf(name -> placed.contains(name) || !placed.containsAll(uses.getOrDefault(name, Set.of())));

            assertThat(next).as("packages that stand on %s alone", placed).isNotEmpty();
            placed.addAll(next);
        }
    }

    @Test
    void clocksThreadsAndChanceStayInNetAndProcess() {
        Set<String> broken = new TreeSet<>();
        for (JavaClass from : classes) {
            if (Set.of("net", "process", "rehearsal", "demo", "top").contains(room(from))) {
                continue;
            }
            for (JavaAccess<?> access : from.getAccessesFromSelf()) {
                if (CLOCK_AND_CHANCE.contains(access.getTargetOwner().getName() + "." + access.getTarget().getName())) {
                    broken.add(access.getDescription());
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void noStaticFieldCanChange() {
        Set<String> broken = new TreeSet<>();
        for (JavaClass type : classes) {
            for (JavaField field : type.getFields()) {
                Set<JavaModifier> modifiers = field.getModifiers();
                if (modifiers.contains(JavaModifier.STATIC) && !modifiers.contains(JavaModifier.FINAL) && !modifiers.contains(JavaModifier.SYNTHETIC)) {
                    broken.add(field.getFullName());
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    private static String room(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(BASE)) {
            return "";
        }
        int end = name.indexOf('.', BASE.length());
        return end < 0 ? name.substring(BASE.length()) : name.substring(BASE.length(), end);
    }
}
