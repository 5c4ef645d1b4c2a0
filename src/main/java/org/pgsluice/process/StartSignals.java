package org.pgsluice.process;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Log;

/**
 * Signals while the process starts. TERM, INT and QUIT end it at once, however long a name server, a file or an old process lets it wait. The others wait until
 * it has started. Called on the thread of the signals and on the starting one.
 */
final class StartSignals implements Signals.Listener {
    private final Log log;
    private Runnable end;
    private List<ProcessSignal> kept = new ArrayList<>();
    private boolean mustGoOn;
    private Signals.@Nullable Listener next;

    /** @param end ends the process, which serves nobody yet */
    StartSignals(Log log, Runnable end) {
        this.log = log;
        this.end = end;
    }

    @Override
    public void onSignal(ProcessSignal signal) {
        Signals.Listener started = nextOrKeep(signal);
        if (started != null) {
            started.onSignal(signal);
        }
    }

    private synchronized Signals.@Nullable Listener nextOrKeep(ProcessSignal signal) {
        if (next != null) {
            return next;
        }
        boolean ends = switch (signal) {
            case QUIT -> true;
            case TERM, INT -> !mustGoOn;
            case HUP, USR1, USR2 -> false;
        };
        if (ends) {
            log.info("got SIG" + signal + " during the start, exiting");
            end.run();
        } else {
            kept.add(signal);
        }
        return null;
    }

    /** From here on {@code better} ends the process: there is more to be tidied up. */
    synchronized void endsBy(Runnable better) {
        end = better;
    }

    /** From here on an end would take clients with it, those of an old process: TERM and INT wait, too. */
    synchronized void mustGoOn() {
        mustGoOn = true;
    }

    /** It has started: what was kept, and all that comes, is for {@code running}. */
    void started(Signals.Listener running) {
        List<ProcessSignal> before;
        synchronized (this) {
            next = running;
            before = kept;
            kept = List.of();
        }
        before.forEach(running::onSignal);
    }
}
