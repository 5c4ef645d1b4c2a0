package org.pgsluice.process;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code ps}, {@code pgrep}, {@code pidof}, {@code killall} and monitoring know the process by: the name and the words that the program was called with.
 * The JVM's would be {@code java} and its options. Linux only. Used by the starting thread.
 */
final class ProcessName {
    /** Where {@code /proc/self/stat} has the first byte of the command line and the one behind its last, counted from what follows the process's name. */
    private static final int ARG_START = 45;

    private ProcessName() {}

    /**
     * Takes the name of the program that was called. Before the process becomes another user, who may not write to the file any more.
     *
     * @param program as it was called; the name is what stands behind the last slash, and the kernel cuts it to 15 bytes
     */
    static void take(String program, List<String> words) {
        try {
            // The file of the whole process, which is that of its first thread: a thread of the JVM that names itself changes its own name only.
            Files.writeString(Path.of("/proc/self/comm"), program.substring(program.lastIndexOf('/') + 1));
            takeCommandLine(program, words);
        } catch (IOException | RuntimeException unavailable) {
            return; // not Linux, or no /proc: it works under any name
        }
    }

    /** Writes over the strings that the JVM was called with, as PostgreSQL does for its titles: it has copied what it needs of them. */
    private static void takeCommandLine(String program, List<String> words) throws IOException {
        byte[] title = (program + '\0' + String.join("\0", words)).getBytes(StandardCharsets.UTF_8);
        byte[] before = Files.readAllBytes(Path.of("/proc/self/cmdline"));
        long start = address(ARG_START);
        if (start == 0 || address(ARG_START + 1) - start != before.length || title.length >= before.length) {
            return; // a kernel that does not tell
        }
        MemorySegment place = MemorySegment.ofAddress(start).reinterpret(before.length);
        if (Arrays.equals(place.toArray(ValueLayout.JAVA_BYTE), before)) {
            place.fill((byte) 0);
            MemorySegment.copy(title, 0, place, ValueLayout.JAVA_BYTE, 0, title.length);
        }
    }

    private static long address(int field) throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
        int from = stat.lastIndexOf(')') + 2;
        for (int i = 0; i < field; i++) {
            from = stat.indexOf(' ', from) + 1;
        }
        return Long.parseUnsignedLong(stat, from, stat.indexOf(' ', from), 10);
    }
}
