package org.pgsluice.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether standard error goes to systemd's journal: JOURNAL_STREAM names the device and inode of the stream, and a child with its standard error redirected
 * inherits the variable too.
 */
final class Journal {
    private Journal() {}

    /**
     * Whether it does.
     *
     * @param stream the value of JOURNAL_STREAM
     */
    static boolean isStandardError(@Nullable String stream) {
        return stream != null && isStream(stream, Path.of("/proc/self/fd/2"));
    }

    static boolean isStream(String stream, Path file) {
        try {
            Map<String, Object> there = Files.readAttributes(file, "unix:dev,ino");
            return stream.equals(there.get("dev") + ":" + there.get("ino"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notHere) {
            return false;
        }
    }
}
