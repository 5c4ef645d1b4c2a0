package org.pgsluice.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pgsluice.log.Log;

/**
 * Hands the process's signals to a listener, one after the other, on a thread of its own.
 *
 * <p>HotSpot keeps SIGQUIT for its thread dumps and does not give it away. So the launcher blocks all six signals before it becomes the JVM, and they are read
 * from a signalfd: none is lost during the start, they just wait. Where they are not blocked (another system, or java called by hand) the JVM's own handlers
 * serve, and a warning names the signals that cannot be had.
 */
public final class Signals {
    /** What to do about a signal. Called on the thread {@code signals}. */
    @FunctionalInterface
    public interface Listener {
        void onSignal(ProcessSignal signal);
    }

    private Signals() {}

    /** Starts to deliver. Returns at once: what has to be linked is linked on the new thread, beside the rest of the start. */
    public static void listen(Listener listener, Log log) {
        Thread thread = new Thread(() -> deliver(listener, log), "signals");
        thread.setDaemon(true);
        thread.start();
    }

    private static void deliver(Listener listener, Log log) {
        if (allBlocked()) {
            try {
                SignalFd.readForever(signal -> hand(signal, listener, log));
            } catch (Throwable e) {
                log.error("cannot read signals: " + e);
            }
        } else {
            JvmSignals.handle(signal -> hand(signal, listener, log), log);
        }
    }

    private static void hand(ProcessSignal signal, Listener listener, Log log) {
        try {
            listener.onSignal(signal);
        } catch (Throwable e) {
            // The next signal must find this thread alive.
            log.error("signal " + signal + ": " + e);
        }
    }

    private static boolean allBlocked() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/thread-self/status"))) {
                if (line.startsWith("SigBlk:")) {
                    long blocked = Long.parseUnsignedLong(line.substring("SigBlk:".length()).trim(), 16);
                    return (blocked & SignalFd.ALL) == SignalFd.ALL;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return false; // not Linux, or no /proc: then there is no signalfd either
        }
        return false;
    }
}
