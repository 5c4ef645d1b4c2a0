package org.pgsluice.app;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pgsluice.client.ClientSession;
import org.pgsluice.client.Link;
import org.pgsluice.config.Settings;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/**
 * SUSPEND: nothing is read from anybody, and what was read has gone out. Clients stop first; servers are read until those have all their replies. What cannot be flushed in
 * suspend_timeout is closed. On the first reactor.
 */
final class Suspension {
    private static final long LOOK_NANOS = 5_000_000L;

    private final Pooler pooler;
    private long begun;
    private int generation;

    Suspension(Pooler pooler) {
        this.pooler = pooler;
    }

    void begin(Runnable done) {
        begun = pooler.main().nanoTime();
        int mine = ++generation;
        pooler.books().pauseMode(PauseMode.SUSPEND);
        pooler.pauseListeners(true);
        look(mine, done);
    }

    private void look(int mine, Runnable done) {
        long timeout = pooler.books().config().nanos(Settings.SUSPEND_TIMEOUT);
        boolean force = timeout > 0 && pooler.main().nanoTime() - begun >= timeout;
        AtomicInteger lanesLeft = new AtomicInteger(pooler.lanes().length);
        AtomicInteger unflushed = new AtomicInteger();
        for (Lane lane : pooler.lanes()) {
            pooler.onLane(lane, () -> {
                unflushed.addAndGet(stop(lane, force));
                if (lanesLeft.decrementAndGet() == 0) {
                    pooler.onMain(() -> next(mine, unflushed.get(), done));
                }
            });
        }
    }

    private void next(int mine, int unflushed, Runnable done) {
        if (mine != generation || pooler.books().pauseMode() != PauseMode.SUSPEND) {
            return;
        }
        if (unflushed == 0) {
            done.run();
        } else {
            pooler.main().schedule(LOOK_NANOS, () -> look(mine, done));
        }
    }

    /** Stops reading on one reactor; how many connections still have something to send. */
    private int stop(Lane lane, boolean force) {
        int unflushed = 0;
        for (ClientSession client : pooler.clients()) {
            if (client.lane() != lane || client.console() != null) {
                continue;
            }
            if (client.suspend(true)) {
                continue;
            }
            if (force) {
                client.fail("suspend_timeout");
            } else {
                unflushed++;
            }
        }
        for (ClientSession client : pooler.clients()) {
            ServerSession server = client.lane() == lane ? serverOf(client) : null;
            if (server == null) {
                continue;
            }
            if (server.flushed()) {
                if (unflushed == 0) {
                    server.stopReading(true);
                }
            } else if (force) {
                server.close("suspend_timeout");
            } else {
                unflushed++;
            }
        }
        return unflushed;
    }

    /** Only a linked server is stopped: it stays on its client's reactor, while another one may move at any moment, and nobody waits for what it says. */
    private static @Nullable ServerSession serverOf(ClientSession client) {
        Link link = client.link();
        return link == null ? null : link.server();
    }

    void end() {
        generation++;
        pooler.pauseListeners(false);
        for (Lane lane : pooler.lanes()) {
            pooler.onLane(lane, () -> {
                for (ClientSession client : pooler.clients()) {
                    if (client.lane() != lane || client.console() != null) {
                        continue;
                    }
                    ServerSession server = serverOf(client);
                    if (server != null) {
                        server.stopReading(false);
                    }
                    client.suspend(false);
                }
            });
        }
    }
}
