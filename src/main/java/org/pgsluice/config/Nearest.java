package org.pgsluice.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the known name that a mistyped one was probably meant to be. */
final class Nearest {
    private static final int MOST_CHANGES = 3;

    private Nearest() {}

    static @Nullable String to(String typed, Collection<String> known) {
        String nearest = null;
        int fewest = Math.min(MOST_CHANGES, typed.length() / 3) + 1;
        for (String candidate : known) {
            int changes = distance(typed, candidate);
            if (changes < fewest || changes == fewest && nearest != null && candidate.compareTo(nearest) < 0) {
                fewest = changes;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** How many characters have to be put in, left out or changed. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + change);
            }
            above = row;
        }
        return above[b.length()];
    }
}
