package org.pgsluice.pooler;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pgsluice.client.ClientSession;
import org.pgsluice.client.Link;
import org.pgsluice.config.Settings;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pool.ServerState;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerHandover;
import org.pgsluice.server.ServerSession;

/**
 * SUSPEND: nothing is read from anybody, and what was read has gone out. First nobody is accepted any more and logins may finish, for a second; then clients
 * are not read, and servers are read only as long as it takes them to finish queries of ours and to take what they were sent. It holds when two looks at all
 * reactors have found nothing under way: what one reactor gives another between the first two is seen by the second. What peers do not take in half a second
 * stays here, or goes over to the next process. What cannot be finished in suspend_timeout is closed. On the first reactor.
 */
final class Suspension {
    private static final long CHECK_NANOS = 5_000_000L;
    /** For how long logins hold the rest up. */
    private static final long LOGIN_NANOS = 1_000_000_000L;
    /** For how long peers that do not take what they are sent hold the rest up. */
    private static final long SLOW_NANOS = 500_000_000L;

    private final Pooler pooler;
    private long begun;
    private long stopped;
    /** Counts what was begun and ended; other reactors look whether theirs is over. */
    private final AtomicInteger generation = new AtomicInteger();

    Suspension(Pooler pooler) {
        this.pooler = pooler;
    }

    /** Runs {@code done} when it holds, or {@code ended} when RESUME comes before that. */
    void begin(Runnable done, Runnable ended) {
        begun = pooler.main().nanoTime();
        int mine = generation.incrementAndGet();
        pooler.books().pauseMode(PauseMode.SUSPEND);
        pooler.listeners().pause(true);
        awaitLogins(mine, done, ended);
    }

    private void awaitLogins(int mine, Runnable done, Runnable ended) {
        if (isOver(mine)) {
            ended.run();
            return;
        }
        boolean patient = pooler.main().nanoTime() - begun < LOGIN_NANOS;
        Census.take(pooler, "SUSPEND", lane -> patient ? logins(lane) : 0, logins -> {
            if (logins == 0) {
                stopped = pooler.main().nanoTime();
                awaitQuiet(mine, false, done, ended);
            } else {
                pooler.main().schedule(CHECK_NANOS, () -> awaitLogins(mine, done, ended));
            }
        });
    }

    private int logins(Lane lane) {
        int logins = 0;
        for (ClientSession client : pooler.sessions().clients(lane)) {
            logins += client.midLogin() ? 1 : 0;
        }
        return logins;
    }

    private void awaitQuiet(int mine, boolean quietBefore, Runnable done, Runnable ended) {
        if (isOver(mine)) {
            ended.run();
            return;
        }
        long timeout = pooler.books().config().nanos(Settings.SUSPEND_TIMEOUT);
        boolean force = timeout > 0 && pooler.main().nanoTime() - begun >= timeout;
        boolean patient = pooler.main().nanoTime() - stopped < SLOW_NANOS;
        Census.take(pooler, "SUSPEND", lane -> isOver(mine) ? 0 : stop(lane, patient, force), busy -> {
            if (isOver(mine)) {
                ended.run();
                return;
            }
            if (busy == 0 && quietBefore) {
                done.run();
            } else if (busy == 0) {
                awaitQuiet(mine, true, done, ended);
            } else {
                pooler.main().schedule(CHECK_NANOS, () -> awaitQuiet(mine, false, done, ended));
            }
        });
    }

    private boolean isOver(int mine) {
        return mine != generation.get() || pooler.books().pauseMode() != PauseMode.SUSPEND;
    }

    /** Stops reading on one reactor; how many connections still have something to send or to finish. */
    private int stop(Lane lane, boolean patient, boolean force) {
        int busy = 0;
        for (ClientSession client : pooler.sessions().clients(lane)) {
            if (client.console() != null) {
                continue;
            }
            if (client.midLogin() && !force) {
                // It may wait for a database, which nobody gets now. It goes on with RESUME, and ends with this process.
                client.suspend(true);
            } else if (client.midLogin()) {
                client.fail(CloseReason.SUSPEND_TIMEOUT);
            } else if (!client.suspend(true) || (patient && !client.flushed())) {
                if (force) {
                    client.fail(CloseReason.SUSPEND_TIMEOUT);
                } else {
                    busy++;
                }
            }
            Link link = client.link();
            ServerSession server = serverOf(client);
            if (server != null) {
                busy += stop(server, link != null && link.unsettled(), patient, force);
            }
        }
        for (ServerSession server : pooler.sessions().serversAndLeaving(lane)) {
            // The others may move at any moment, and nobody waits for what they say; only their tests and resets must end.
            busy += !force && server.state() == ServerState.TESTED ? 1 : 0;
        }
        return busy;
    }

    /** A linked server stays on its client's reactor. */
    private static @Nullable ServerSession serverOf(ClientSession client) {
        Link link = client.link();
        return link == null ? null : link.server();
    }

    private static int stop(ServerSession server, boolean unsettled, boolean patient, boolean force) {
        if ((server.flushed() || !patient) && !server.facts().askedByUs() && !unsettled) {
            server.stopReading(true);
            return 0;
        }
        if (force) {
            server.close(CloseReason.SUSPEND_TIMEOUT);
            return 0;
        }
        // One that is not read may not take anything either.
        server.stopReading(false);
        return 1;
    }

    /** What it had not taken by then is written. */
    private static void goOn(ServerSession server) {
        server.stopReading(false);
        ServerHandover.goOn(server);
    }

    void end() {
        generation.incrementAndGet();
        pooler.listeners().pause(false);
        for (Lane lane : pooler.lanes()) {
            pooler.onLane(lane, () -> {
                for (ServerSession server : pooler.sessions().serversAndLeaving(lane)) {
                    // Only those that were shown to another process were stopped.
                    if (server.facts().readingStopped() && pooler.books().claimUnused(server, lane.index())) {
                        goOn(server);
                        ServerHandover.rest(server);
                    }
                }
                for (ClientSession client : pooler.sessions().clients(lane)) {
                    if (client.console() == null) {
                        ServerSession server = serverOf(client);
                        if (server != null) {
                            goOn(server);
                        }
                        client.suspend(false);
                    }
                }
            });
        }
    }
}
