package org.pgsluice.pooler;

import java.util.ArrayList;
import java.util.List;
import org.pgsluice.admin.view.ClosingRow;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;

/** How often connections were closed for each reason, over all reactors, and how often lately: since the stand before the last one, as averages are taken. */
final class Closings {
    private static final CloseReason[] REASONS = CloseReason.values();

    private final Lane[] lanes;
    private volatile long[] older = new long[2 * REASONS.length];
    private long[] newer = older;

    Closings(Lane[] lanes) {
        this.lanes = lanes;
    }

    /** A period is over. On the first reactor. */
    void period() {
        older = newer;
        newer = stand();
    }

    /** Clients' reasons first, then those of servers. */
    private long[] stand() {
        long[] counts = new long[2 * REASONS.length];
        for (Lane lane : lanes) {
            for (int i = 0; i < REASONS.length; i++) {
                counts[i] += lane.closedClients().of(REASONS[i]);
                counts[REASONS.length + i] += lane.closedServers().of(REASONS[i]);
            }
        }
        return counts;
    }

    /** Reasons that there were. Any thread; a moment old for other reactors. */
    List<ClosingRow> rows() {
        long[] now = stand();
        long[] before = older;
        List<ClosingRow> rows = new ArrayList<>();
        for (int i = 0; i < now.length; i++) {
            if (now[i] > 0) {
                rows.add(new ClosingRow(REASONS[i % REASONS.length], i >= REASONS.length, now[i], now[i] - before[i]));
            }
        }
        return rows;
    }
}
