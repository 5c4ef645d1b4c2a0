package org.pgsluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** No file is too long to read at once, but for those that say why. */
class FileSizeTest {
    private static final int CEILING = 400;

    /** A longer file says in its first comment why it is so long, in a sentence that begins like this. */
    private static final String REASON = "Longer than 400 lines: ";

    @Test
    void noSourceFileIsTooLongToRead() throws IOException {
        Set<String> tooLong = new TreeSet<>();
        for (Path file : sources()) {
            String text = Files.readString(file);
            long lines = text.lines().count();
            boolean explained = firstComment(text).contains(REASON);
            if (lines > CEILING && !explained) {
                tooLong.add(file + ": " + lines + " lines");
            } else if (lines <= CEILING && explained) {
                tooLong.add(file + ": gives a reason that it no longer needs");
            }
        }

        assertThat(tooLong).isEmpty();
    }

    private static String firstComment(String text) {
        int start = text.indexOf("/**");
        return start < 0 ? "" : text.substring(start, text.indexOf("*/", start));
    }

    private static List<Path> sources() throws IOException {
        try (var files = Files.walk(Path.of("src"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
