package org.pgsluice.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the names that somebody outside of PostgreSQL gives a client (its operating system, a certificate) against the user that it wants to be. Immutable.
 *
 * @param map which names may be which users; null: each only the user of that very name
 */
public record NameCheck(@Nullable IdentMap map) {
    /** A client with the user's own name, and nobody else. */
    public static final NameCheck SAME = new NameCheck(null);

    /** Whether a client that has one of these names may be {@code user}. */
    public boolean lets(List<String> names, String user) {
        IdentMap known = map;
        if (known == null) {
            return names.contains(user);
        }
        for (String name : names) {
            if (known.lets(name, user)) {
                return true;
            }
        }
        return false;
    }
}
