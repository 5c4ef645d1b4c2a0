package org.pgsluice.state;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The statements that rid a server of what a client has left in its session: of exactly that, so that what the pooler itself has prepared stays. */
public final class Cleaning {
    private Cleaning() {}

    /**
     * The query for it; null where there is none.
     *
     * @param pins bits of {@link Pins}
     * @param prepared the names of the statements that were prepared by SQL, one char a byte
     */
    public static @Nullable String of(int pins, Collection<String> prepared) {
        if ((pins & (Pins.UNKNOWN | Pins.LIBRARY)) != 0) {
            return null;
        }
        StringBuilder sql = new StringBuilder();
        if ((pins & Pins.SETTING) != 0) {
            sql.append("RESET SESSION AUTHORIZATION;RESET ALL;");
        }
        if ((pins & Pins.LOCK) != 0) {
            sql.append("SELECT pg_catalog.pg_advisory_unlock_all();");
        }
        if ((pins & Pins.CURSOR) != 0) {
            sql.append("CLOSE ALL;");
        }
        if ((pins & Pins.TEMPORARY) != 0) {
            sql.append("DISCARD TEMP;");
        }
        if ((pins & Pins.PREPARED) != 0) {
            for (String name : prepared) {
                if (!name.chars().allMatch(c -> c > 0 && c < 0x80)) {
                    // Its bytes mean something in one encoding only.
                    return null;
                }
                sql.append("DEALLOCATE \"").append(name.replace("\"", "\"\"")).append("\";");
            }
        }
        return sql.toString();
    }
}
