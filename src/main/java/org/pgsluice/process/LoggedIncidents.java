package org.pgsluice.process;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Log;
import org.pgsluice.net.Incidents;

/**
 * Writes to the log what goes wrong below the sessions, and ends the process where it would live on without serving: when an event loop has ended, or when the
 * heap is full. One allocation that was too large is no reason: it ends the connection that asked for it.
 */
final class LoggedIncidents implements Incidents {
    /** The statuses that it ends with. */
    static final int LOOP_ENDED = 1;
    static final int MEMORY_FULL = 3;

    /** The heap counts as full when there is no room for so much any more. */
    private static final int ROOM_BYTES = 1 << 20;

    private final Log log;
    private final IntConsumer end;
    /** Given up when memory is full, so that the line of the log that says so finds some. */
    @SuppressWarnings("UnusedVariable") // it is there to be let go of
    private volatile byte @Nullable [] reserve = new byte[ROOM_BYTES / 4];

    /** @param end ends the process with a status, at once */
    LoggedIncidents(Log log, IntConsumer end) {
        this.log = log;
        this.end = end;
    }

    @Override
    public void onUncaught(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError && !hasRoom()) {
            memoryFull(thrown);
            return;
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        log.error("internal error, connection closed: " + trace.toString().strip());
    }

    @Override
    public void onLoopEnded(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            memoryFull(thrown);
            return;
        }
        try {
            log.fatal("an event loop has ended, exiting: " + thrown);
        } finally {
            end.accept(LOOP_ENDED);
        }
    }

    @Override
    public void onWarning(String message) {
        log.warning(message);
    }

    @Override
    public void onError(String message) {
        log.error(message);
    }

    private void memoryFull(Throwable thrown) {
        reserve = null;
        try {
            log.fatal("out of memory, exiting: " + thrown);
        } finally {
            end.accept(MEMORY_FULL);
        }
    }

    private static boolean hasRoom() {
        try {
            return new byte[ROOM_BYTES].length == ROOM_BYTES;
        } catch (OutOfMemoryError full) {
            return false;
        }
    }
}
