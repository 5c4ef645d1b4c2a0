package org.pgsluice.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong, or worth a warning, and where. No component holds a secret. A null component does not apply.
 *
 * @param source the file, or the name of the environment variable
 * @param line counted from 1; 0 where there are none
 * @param value what was given, secrets masked
 * @param allowed what would have been taken
 * @param lines what to write to the log, in PgBouncer's words where it has some
 */
public record ConfigProblem(
        String source,
        int line,
        @Nullable String section,
        @Nullable String key,
        @Nullable String value,
        @Nullable String allowed,
        List<String> lines) {
    public ConfigProblem {
        lines = List.copyOf(lines);
    }

    /** The last log line, which names the place, and what is allowed. */
    @Override
    public String toString() {
        return String.join("; ", lines);
    }
}
