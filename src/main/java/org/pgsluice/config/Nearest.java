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

    /** How many characters have to be put in, left out, changed, or swapped with the next one. */
    private static int distance(String a, String b) {
        int[][] rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                rows[i][j] = Math.min(Math.min(rows[i][j - 1], rows[i - 1][j]) + 1, rows[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
                }
            }
        }
        return rows[a.length()][b.length()];
    }
}
