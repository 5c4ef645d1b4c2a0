package org.pgsluice.net;

import org.jspecify.annotations.Nullable;

/**
 * The end of a connection in steps. Each runs, whatever becomes of those before it: a fault in one must not leave a limit counted, a key known or a socket
 * open. Not thread-safe.
 */
public final class Teardown {
    private @Nullable Throwable first;

    /** Runs a step. */
    public Teardown then(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error thrown) {
            Throwable before = first;
            if (before == null) {
                first = thrown;
            } else if (before != thrown) {
                before.addSuppressed(thrown);
            }
        }
        return this;
    }

    /** All steps have run: throws what the first one threw that failed, with what the others threw suppressed in it. */
    public void end() {
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
