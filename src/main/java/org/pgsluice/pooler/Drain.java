package org.pgsluice.pooler;

import org.pgsluice.client.ClientDrain;
import org.pgsluice.client.ClientSession;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Log;
import org.pgsluice.server.Lane;

/**
 * Has the clients of a pooler that ends go elsewhere. Each is closed between two of its transactions, so that none of them is lost: not one that runs, and not
 * one whose COMMIT is on its way. On the first reactor.
 */
final class Drain {
    private static final long LOOK_NANOS = 50_000_000L;

    private final Pooler pooler;
    private final Shutdown shutdown;
    private final Log log;
    private boolean told;

    Drain(Pooler pooler, Shutdown shutdown, Log log) {
        this.pooler = pooler;
        this.shutdown = shutdown;
        this.log = log;
    }

    /** Looks from now on whether it is time; the setting may change meanwhile. */
    void begin() {
        pooler.main().schedule(LOOK_NANOS, this::look);
    }

    private void look() {
        try {
            long most = pooler.books().config().nanos(Settings.DRAIN_TIMEOUT);
            if (most > 0 && shutdown.closedFor() >= most) {
                tell();
                for (Lane lane : pooler.lanes()) {
                    pooler.onLane(lane, () -> close(lane));
                }
            }
        } finally {
            begin();
        }
    }

    private void tell() {
        if (!told) {
            told = true;
            log.info("drain_timeout: closing " + pooler.sessions().clientCount() + " clients, each between two transactions");
        }
    }

    private void close(Lane lane) {
        for (ClientSession client : pooler.sessions().clients(lane)) {
            ClientDrain.closeBetweenTransactions(client);
        }
    }
}
