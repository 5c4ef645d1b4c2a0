package org.pgsluice.pooler;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.pgsluice.auth.AuthFile;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Log;

/**
 * Reads auth_file for those who need it: the start, before it changes its user; RELOAD and SET; --test-config. What is wrong goes to the log. Blocks: not on a
 * reactor.
 */
public final class UserFile {
    private UserFile() {}

    /** The users of the file that {@code config} names; {@code known}, what was read before, where it is as it was or cannot be read. */
    public static AuthFile read(Config config, AuthFile known, Log log) {
        String name = config.text(Settings.AUTH_FILE);
        if (name.isEmpty()) {
            return AuthFile.EMPTY;
        }
        Path path = Path.of(name);
        if (known.isCurrent(path)) {
            return known;
        }
        try {
            AuthFile next = known.reread(path);
            for (AuthFile.Problem problem : next.problems()) {
                log.error(name + ":" + problem.line() + ": " + problem.message());
            }
            return next;
        } catch (IOException e) {
            log.error("could not open auth_file " + name + ": " + reason(e));
            return known;
        }
    }

    /** Whether there is none, or it can be read and has no broken line. */
    public static boolean isGood(Config config, Log log) {
        AuthFile read = read(config, AuthFile.EMPTY, log);
        return config.text(Settings.AUTH_FILE).isEmpty() || (read != AuthFile.EMPTY && read.problems().isEmpty());
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException none -> "No such file or directory";
            case AccessDeniedException denied -> "Permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }
}
