package org.pgsluice.simulation;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;
import org.pgsluice.log.Log;

/**
 * One fault of a run: somewhere in a handler, task or timer of the pooler's reactors an exception is thrown or memory is out. It comes out of a call that the
 * pooler makes into the world: reading the clock, logging, using a connection, setting a timer. Handing a task to a reactor never fails, and neither does a
 * close.
 */
final class Faults {
    /** No more calls than that pass before the fault. */
    private static final int LAST = 60_000;

    private final SimulatedNetwork network;
    private final int poolerReactors;
    private final boolean outOfMemory;
    private long left;
    private @Nullable Throwable thrown;

    Faults(SimulatedNetwork network, int poolerReactors, SplittableRandom random) {
        this.network = network;
        this.poolerReactors = poolerReactors;
        this.outOfMemory = random.nextBoolean();
        this.left = random.nextInt(1, random.nextInt(2, LAST));
    }

    /** The pooler makes a call that may fail. */
    void point() {
        SimulatedReactor current = network.current();
        if (current == null || current.index() >= poolerReactors || !network.hasBegun() || --left != 0) {
            return;
        }
        if (outOfMemory) {
            OutOfMemoryError error = new OutOfMemoryError("injected");
            thrown = error;
            throw error;
        }
        RuntimeException exception = new IllegalStateException("injected");
        thrown = exception;
        throw exception;
    }

    boolean happened() {
        return thrown != null;
    }

    /** Whether this is the fault, and not one of the pooler's own. */
    boolean isIt(Throwable other) {
        return other == thrown;
    }

    /** Where it happened, for people. */
    String where() {
        Throwable it = thrown;
        if (it == null) {
            return "no fault yet";
        }
        StringBuilder text = new StringBuilder(it.toString());
        for (StackTraceElement element : it.getStackTrace()) {
            if (!element.getClassName().contains(".simulation.") && text.length() < 1_500) {
                text.append("\n    at ").append(element);
            }
        }
        return text.toString();
    }

    /** {@code log}, which may fail. */
    Log over(Log log) {
        return new Log() {
            @Override
            public void write(Level level, String message) {
                point();
                log.write(level, message);
            }

            @Override
            public boolean isOn(Level level) {
                point();
                return log.isOn(level);
            }
        };
    }
}
