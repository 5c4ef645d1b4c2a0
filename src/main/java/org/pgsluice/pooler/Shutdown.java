package org.pgsluice.pooler;

import org.pgsluice.client.ClientSession;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Log;
import org.pgsluice.pool.PauseMode;

/** The ways to an end: at once, when no server or when no client is left. On the first reactor. */
public final class Shutdown {
    private static final long SECOND = 1_000_000_000L;
    /** Who was accepted before the listeners were closed may begin on a reactor a moment later. */
    private static final long GRACE_NANOS = SECOND / 10;

    private enum Mode {
        NONE,
        WAIT_FOR_SERVERS,
        WAIT_FOR_CLIENTS
    }

    private final Pooler pooler;
    private final Log log;
    private final Runnable exit;
    private final Drain drain;
    private volatile Mode mode = Mode.NONE;
    private volatile long closedNanos;
    private volatile boolean closed;

    /** @param exit ends the process with code 0 after its files are removed */
    Shutdown(Pooler pooler, Log log, Runnable exit) {
        this.pooler = pooler;
        this.log = log;
        this.exit = exit;
        this.drain = new Drain(pooler, this, log);
    }

    /** Whether one of the two slow ways was begun. Any thread. */
    public boolean inProgress() {
        return mode != Mode.NONE;
    }

    /** Whether RESUME is refused: PAUSE is a part of the way that waits for servers. Who is paused on the other way has to go on, to end. Any thread. */
    public boolean forbidsResume() {
        return inProgress() && (waitsForServers() || pooler.books().pauseMode() == PauseMode.NONE);
    }

    /** Any thread. */
    boolean waitsForServers() {
        return mode == Mode.WAIT_FOR_SERVERS;
    }

    /** Ends the process at once. */
    public void now() {
        if (!pooler.handover().underWay()) {
            pooler.listeners().close(true); // else the next process listens there
        }
        exit.run();
    }

    /** Ends it when no server connection is left. */
    public void waitForServers() {
        if (begin(Mode.WAIT_FOR_SERVERS, 0)) {
            pooler.pause(PauseMode.PAUSE);
            pooler.waits().until(() -> pooler.commons().servers().isEmpty(), () -> {
                log.info("server connections dropped, exiting");
                now();
            });
        }
    }

    /** Ends it when no client is left, consoles apart: some time after the last new one came they are asked to go. */
    public void waitForClients() {
        long delay = pooler.books().config().nanos(Settings.DRAIN_DELAY);
        if (begin(Mode.WAIT_FOR_CLIENTS, delay)) {
            if (delay > 0) {
                log.info("drain_delay: new clients are taken for another " + delay / SECOND + " s");
                pooler.main().schedule(delay, this::closeListeners);
            }
            drain.begin();
            pooler.waits().until(() -> closed && noClients(), () -> {
                log.info("client connections dropped, exiting");
                now();
            });
        }
    }

    /** Another process serves in this one's place. Whoever lets its last clients finish ends it. */
    public void linger() {
        mode = Mode.WAIT_FOR_CLIENTS;
        closedNanos = pooler.main().nanoTime();
        closed = true;
    }

    private boolean begin(Mode next, long delay) {
        if (mode != Mode.NONE) {
            return false;
        }
        if (pooler.handover().underWay()) {
            now(); // nothing may be closed or said any more: another process has the sockets
            return false;
        }
        if (pooler.books().pauseMode() == PauseMode.SUSPEND) {
            log.info("suspend was in progress, going down immediately");
            now(); // nobody is read, so nobody would ever go
            return false;
        }
        mode = next;
        if (delay == 0) {
            closeListeners();
        }
        return true;
    }

    /** The unix socket stays, so that the console can be reached. */
    private void closeListeners() {
        pooler.listeners().closeGently();
        closedNanos = pooler.main().nanoTime();
        closed = true;
    }

    /** Whether a client that connected then is refused: it came when it was too late, by the unix socket. Any thread. */
    boolean refuses(long connectedNanos) {
        return switch (mode) {
            case NONE -> false;
            case WAIT_FOR_SERVERS -> true;
            case WAIT_FOR_CLIENTS -> closed && connectedNanos - closedNanos > GRACE_NANOS;
        };
    }

    /** For how long no new client has been taken, nanoseconds; below 0 while they are. */
    long closedFor() {
        return closed ? pooler.main().nanoTime() - closedNanos : -1;
    }

    private boolean noClients() {
        for (ClientSession client : pooler.sessions().clients()) {
            if (client.console() == null) {
                return false;
            }
        }
        return true;
    }
}
