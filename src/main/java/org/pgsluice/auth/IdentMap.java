package org.pgsluice.auth;

import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** One map of an ident file: which names outside may be which users. Immutable, any thread. */
public record IdentMap(String name, List<Mapping> mappings) {
    public IdentMap {
        mappings = List.copyOf(mappings);
    }

    /** Whether somebody known as {@code systemName} may be {@code user}. */
    boolean lets(String systemName, String user) {
        try {
            for (Mapping mapping : mappings) {
                if (mapping.lets(systemName, user)) {
                    return true;
                }
            }
        } catch (NamePattern.TooLong undecided) {
            return false;
        }
        return false;
    }

    /**
     * One line.
     *
     * @param system the name outside
     * @param user the user; null for every user
     * @param captured where in {@code user} the first group of {@code system} is put in place of {@code \1}
     */
    public record Mapping(NamePattern system, @Nullable NamePattern user, boolean captured) {
        private static final String GROUP = "\\1";

        boolean lets(String systemName, String wanted) {
            NamePattern target = user;
            if (!captured || target == null) {
                return system.matches(systemName) && (target == null || target.matches(wanted));
            }
            Matcher match = system.find(systemName);
            String group = match == null ? null : match.group(1);
            return group != null && target.text().replace(GROUP, group).equals(wanted);
        }
    }
}
