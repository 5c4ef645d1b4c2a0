package org.pgsluice.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How many files the kernel lets this process open; -1 is unlimited. HotSpot raises the soft limit to the hard one when it starts. */
public record FileLimits(long soft, long hard) {
    private static final String NAME = "Max open files";

    /** The limits of this process, or null where the system does not tell. */
    public static @Nullable FileLimits current() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith(NAME)) {
                    return parse(line);
                }
            }
        } catch (IOException | NumberFormatException e) {
            return null;
        }
        return null;
    }

    /** The line that a start logs. */
    public String text(long maxClientConn, long expectedFiles) {
        return "kernel file descriptor limit: " + soft + " (hard: " + hard + "); max_client_conn: " + maxClientConn + ", max expected fd use: " + expectedFiles;
    }

    static @Nullable FileLimits parse(String line) {
        String rest = line.substring(NAME.length()).strip();
        int softEnd = rest.indexOf(' ');
        if (softEnd < 0) {
            return null;
        }
        String hard = rest.substring(softEnd).strip();
        int hardEnd = hard.indexOf(' ');
        return new FileLimits(number(rest.substring(0, softEnd)), number(hardEnd < 0 ? hard : hard.substring(0, hardEnd)));
    }

    private static long number(String text) {
        return text.equals("unlimited") ? -1 : Long.parseLong(text);
    }
}
