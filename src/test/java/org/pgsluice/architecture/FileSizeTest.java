package org.pgsluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FileSizeTest {
    private static final int CEILING = 400;

    /** Files that may be longer, with the reason. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "ClientSession.java", "the one owner of a client's life: what can be told apart from it has classes of its own",
            "ServerSession.java", "the one owner of a server's life: what can be told apart from it has classes of its own");

    @Test
    void noSourceFileIsTooLongToRead() throws IOException {
        Set<String> tooLong = new TreeSet<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > CEILING && !EXCEPTIONS.containsKey(String.valueOf(file.getFileName()))) {
                tooLong.add(file + ": " + lines + " lines");
            }
        }

        assertThat(tooLong).isEmpty();
    }

    private static List<Path> sources() throws IOException {
        try (var files = Files.walk(Path.of("src"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
