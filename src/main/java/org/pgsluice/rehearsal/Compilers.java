package org.pgsluice.rehearsal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What the JVM's compilers do in this process, by the CPU time of their threads. */
final class Compilers {
    private static final long LOOK_MILLIS = 250;
    /** So many looks in a row find them calm. */
    private static final int CALM_LOOKS = 4;
    /** CPU between two looks, in ticks of 10 ms, with which they still count as calm. */
    private static final long CALM_TICKS = 2;

    private Compilers() {}

    /** Waits until the compilers have finished what they have been given. On a busy machine that takes longer than on an idle one. */
    static void awaitCalm() throws IOException, InterruptedException {
        long before = ticks();
        for (int calm = 0; calm < CALM_LOOKS; ) {
            Thread.sleep(LOOK_MILLIS);
            long now = ticks();
            calm = now - before <= CALM_TICKS ? calm + 1 : 0;
            before = now;
        }
    }

    /** The CPU time of all compiler threads since the start, in ticks; 0 where the kernel does not say. See proc_pid_stat(5). */
    private static long ticks() throws IOException {
        Path tasks = Path.of("/proc/self/task");
        if (!Files.isDirectory(tasks)) {
            return 0;
        }
        long ticks = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                ticks += ofCompiler(thread);
            }
        }
        return ticks;
    }

    private static long ofCompiler(Path thread) throws IOException {
        String stat;
        try {
            stat = Files.readString(thread.resolve("stat"));
        } catch (NoSuchFileException gone) {
            return 0;
        }
        if (!stat.contains("(C1 Compiler") && !stat.contains("(C2 Compiler")) {
            return 0;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
