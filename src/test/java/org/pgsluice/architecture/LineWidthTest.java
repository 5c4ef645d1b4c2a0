package org.pgsluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Lines fit on a screen, and end where their text ends. Only one long word may stand beyond the edge, since it cannot be broken. */
class LineWidthTest {
    private static final int WIDEST = 160;

    @Test
    void noLineIsTooWideToRead() throws IOException {
        Set<String> wrong = new TreeSet<>();
        for (String root : List.of("src", "bench", "examples")) {
            for (Path file : sources(Path.of(root))) {
                List<String> lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++) {
                    String line = lines.get(i);
                    if ((line.length() > WIDEST && line.strip().indexOf(' ') >= 0) || line.indexOf('\t') >= 0 || !line.equals(line.stripTrailing())) {
                        wrong.add(file + ":" + (i + 1));
                    }
                }
            }
        }

        assertThat(wrong).as("lines of more than %s characters, with tabs or with blanks at the end", WIDEST).isEmpty();
    }

    private static List<Path> sources(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
