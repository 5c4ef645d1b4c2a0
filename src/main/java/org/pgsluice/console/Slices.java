package org.pgsluice.console;

import java.util.ArrayDeque;
import org.pgsluice.net.Reactor;

/**
 * What consoles have to do on one reactor, cut into slices of less than a millisecond each. A turn of the reactor has one of them, whichever console it is for:
 * so however many there are, those who are served by this reactor wait for one slice and not for all. On the reactor.
 */
final class Slices {
    private final Reactor reactor;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean comes;

    Slices(Reactor reactor) {
        this.reactor = reactor;
    }

    /** Runs {@code slice} in a later turn, behind those that are there. */
    void add(Runnable slice) {
        assert reactor.inReactor();
        waiting.add(slice);
        schedule();
    }

    /** A timer and no task: all tasks that a reactor gives itself may run in one turn. */
    private void schedule() {
        if (!comes && !waiting.isEmpty()) {
            comes = true;
            reactor.schedule(0, this::turn);
        }
    }

    private void turn() {
        comes = false;
        try {
            waiting.remove().run();
        } finally {
            schedule();
        }
    }
}
