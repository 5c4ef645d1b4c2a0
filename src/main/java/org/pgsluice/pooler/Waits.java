package org.pgsluice.pooler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.pgsluice.net.Reactor;

/**
 * What is answered once a condition holds: PAUSE, SUSPEND, WAIT_CLOSE, a shutdown. While something waits the conditions are checked often; nobody blocks. On
 * the first reactor.
 */
public final class Waits {
    private static final long CHECK_NANOS = 5_000_000L;

    private record Wait(BooleanSupplier holds, Runnable then) {}

    private final Reactor reactor;
    private final List<Wait> waits = new ArrayList<>();
    private boolean watching;

    Waits(Reactor reactor) {
        this.reactor = reactor;
    }

    /** Runs {@code then} once {@code holds}; at once when it does now. */
    public void until(BooleanSupplier holds, Runnable then) {
        if (holds.getAsBoolean()) {
            then.run();
            return;
        }
        waits.add(new Wait(holds, then));
        watch();
    }

    private void watch() {
        if (!watching) {
            reactor.schedule(CHECK_NANOS, this::check);
            watching = true;
        }
    }

    /** Looks again where a fault has ended that. */
    void goOn() {
        if (!waits.isEmpty()) {
            watch();
        }
    }

    private void check() {
        watching = false;
        try {
            for (Wait wait : List.copyOf(waits)) {
                if (wait.holds().getAsBoolean()) {
                    waits.remove(wait);
                    wait.then().run();
                }
            }
        } finally {
            goOn();
        }
    }
}
