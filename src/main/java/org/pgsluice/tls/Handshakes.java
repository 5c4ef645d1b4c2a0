package org.pgsluice.tls;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.pgsluice.net.Reactor;

/**
 * Whose handshake is next, of those who connect to one reactor. A step of it is one or two milliseconds of arithmetic that strangers can ask for: when more
 * come at once than a few, each turn of the reactor has one, and those who are served already wait for no more than that. On the reactor.
 */
final class Handshakes {
    static final int MOST_AT_ONCE = 4;

    private final ArrayDeque<BooleanSupplier> waiting = new ArrayDeque<>();
    private long turn;
    private int begun;
    private boolean comes;

    /**
     * Whether the caller may take a step now.
     *
     * @param later otherwise called when it may; returns whether the caller still wants to
     */
    boolean begin(Reactor reactor, BooleanSupplier later) {
        long now = reactor.nanoTime();
        if (now != turn) {
            turn = now;
            begun = 0;
        }
        if (waiting.isEmpty() && begun < MOST_AT_ONCE) {
            begun++;
            return true;
        }
        waiting.add(later);
        schedule(reactor);
        return false;
    }

    /** A timer and no task: all tasks that a reactor gives itself may run in one turn. */
    private void schedule(Reactor reactor) {
        if (!comes && !waiting.isEmpty()) {
            comes = true;
            reactor.schedule(0, () -> next(reactor));
        }
    }

    private void next(Reactor reactor) {
        comes = false;
        try {
            boolean taken = false;
            while (!taken && !waiting.isEmpty()) {
                taken = waiting.remove().getAsBoolean();
            }
        } finally {
            schedule(reactor);
        }
    }
}
