package org.pgsluice.top;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the console said at one moment.
 *
 * @param nanos when, on a clock that only goes on
 * @param waiting the clients that wait, asked for where there are some
 * @param advice null where the pooler gives none
 */
record Picture(long nanos, String version, String state, ConsoleTable pools, ConsoleTable stats, ConsoleTable databases, @Nullable ConsoleTable waiting,
        @Nullable ConsoleTable advice) {
    private static final ConsoleTable NONE = new ConsoleTable(List.of(), List.of());

    static Picture take(ConsoleClient console) throws IOException {
        ConsoleTable version = orNone(console.show("VERSION"));
        ConsoleTable state = orNone(console.show("STATE"));
        ConsoleTable pools = orNone(console.show("POOLS"));
        ConsoleTable stats = orNone(console.show("STATS"));
        ConsoleTable databases = orNone(console.show("DATABASES"));
        boolean somebodyWaits = pools.rows().stream().anyMatch(row -> pools.number(row, "cl_waiting") > 0);
        ConsoleTable waiting = somebodyWaits ? console.show("CLIENTS") : null;
        return new Picture(System.nanoTime(), first(version), stateOf(state), pools, stats, databases, waiting, console.show("ADVICE"));
    }

    private static ConsoleTable orNone(@Nullable ConsoleTable table) {
        return table == null ? NONE : table;
    }

    private static String first(ConsoleTable table) {
        return table.rows().isEmpty() ? "" : table.text(table.rows().getFirst(), table.columns().getFirst());
    }

    /** SHOW STATE has rows of key and value: active, paused and suspended, each yes or no. */
    private static String stateOf(ConsoleTable table) {
        for (List<String> row : table.rows()) {
            if (table.text(row, "value").equals("yes")) {
                return table.text(row, "key");
            }
        }
        return "";
    }
}
