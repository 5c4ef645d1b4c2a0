package org.pgsluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.pgsluice.process.Main;

/**
 * A {@code switch} over types is made at run time, by method handles that no start-up archive holds. The first one of a process
 * takes much longer than the work around it. So there is none on the way to the first accept, nor to the first answer.
 */
class TypeSwitchTest {
    /** Where nobody waits for it: the words for a failure, commands of the console that change something. */
    private static final Set<String> ALLOWED = Set.of(
            "config/IniFile", "process/PidFile", "auth/rules/RuleLines", "pooler/UserFile", "pooler/Reloader", "admin/CommandRunner", "rehearsal/StandIn",
            "rehearsal/Guest");

    @Test
    void noOneWaitsForASwitchOverTypes() throws IOException, URISyntaxException {
        Path classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).resolve("org/pgsluice");
        Set<String> found = new TreeSet<>();
        try (var files = Files.walk(classes)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains("java/lang/runtime/SwitchBootstraps")) {
                    String name = classes.relativize(file).toString();
                    found.add(name.substring(0, name.length() - ".class".length()));
                }
            }
        }

        assertThat(found).isEqualTo(new TreeSet<>(ALLOWED));
    }
}
