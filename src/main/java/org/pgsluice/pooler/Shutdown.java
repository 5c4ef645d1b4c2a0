package org.pgsluice.pooler;

import org.pgsluice.client.ClientSession;
import org.pgsluice.log.Log;
import org.pgsluice.pool.PauseMode;

/** The ways to an end: at once, when no server or when no client is left. On the first reactor. */
public final class Shutdown {
    private enum Mode {
        NONE,
        WAIT_FOR_SERVERS,
        WAIT_FOR_CLIENTS
    }

    private final Pooler pooler;
    private final Log log;
    private final Runnable exit;
    private volatile Mode mode = Mode.NONE;

    /** @param exit ends the process with code 0 after its files are removed */
    Shutdown(Pooler pooler, Log log, Runnable exit) {
        this.pooler = pooler;
        this.log = log;
        this.exit = exit;
    }

    /** Whether one of the two slow ways was begun. Any thread. */
    public boolean inProgress() {
        return mode != Mode.NONE;
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
        if (begin(Mode.WAIT_FOR_SERVERS)) {
            pooler.pause(PauseMode.PAUSE);
            pooler.waits().until(() -> pooler.commons().servers().isEmpty(), () -> {
                log.info("server connections dropped, exiting");
                now();
            });
        }
    }

    /** Ends it when no client is left, consoles apart. */
    public void waitForClients() {
        if (begin(Mode.WAIT_FOR_CLIENTS)) {
            pooler.waits().until(this::noClients, () -> {
                log.info("client connections dropped, exiting");
                now();
            });
        }
    }

    /** Another process serves in this one's place. Whoever lets its last clients finish ends it. */
    public void linger() {
        mode = Mode.WAIT_FOR_CLIENTS;
    }

    private boolean begin(Mode next) {
        if (mode != Mode.NONE) {
            return false;
        }
        if (pooler.handover().underWay()) {
            now(); // nothing may be closed or said any more: another process has the sockets
            return false;
        }
        mode = next;
        // The unix socket stays, so that the console can be reached.
        pooler.listeners().close(false);
        return true;
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
