package org.pgsluice.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name that {@code ps}, {@code pgrep}, {@code killall} and monitoring know the process by. The JVM's would be {@code java}. Linux only. */
final class ProcessName {
    private ProcessName() {}

    /**
     * Takes the name of the program that was called. Before the process becomes another user, who may not write to the file any more.
     *
     * @param program as it was called; the name is what stands behind the last slash, and the kernel cuts it to 15 bytes
     */
    static void take(String program) {
        try {
            // The file of the whole process, which is that of its first thread: a thread of the JVM that names itself changes its own name only.
            Files.writeString(Path.of("/proc/self/comm"), program.substring(program.lastIndexOf('/') + 1));
        } catch (IOException unavailable) {
            return; // not Linux, or no /proc: it works under any name
        }
    }
}
