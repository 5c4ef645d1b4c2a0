package org.pgsluice.process;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.pgsluice.log.Log;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.Shutdown;

/**
 * What the process does about signals. It is done on the first reactor. Where that reactor does not do it in time, because it has ended or is stuck, TERM, INT
 * and QUIT end the process all the same. On the thread of the signals.
 */
final class SignalResponse implements Signals.Listener {
    /** For how long QUIT waits for the reactor. */
    static final long QUIT_MILLIS = 1_000;
    /** The same for TERM and INT, which may find it at something long. */
    static final long PATIENT_MILLIS = 10_000;

    private final Pooler pooler;
    private final ServiceNotifier service;
    private final Log log;
    private final Runnable end;

    /** @param end ends the process with a status that says it is a failure */
    SignalResponse(Pooler pooler, ServiceNotifier service, Log log, Runnable end) {
        this.pooler = pooler;
        this.service = service;
        this.log = log;
        this.end = end;
    }

    @Override
    public void onSignal(ProcessSignal signal) {
        CountDownLatch done = new CountDownLatch(1);
        pooler.onMain(() -> {
            act(signal);
            done.countDown();
        });
        switch (signal) {
            case QUIT -> endUnless(done, signal, QUIT_MILLIS);
            case TERM, INT -> endUnless(done, signal, PATIENT_MILLIS);
            case HUP, USR1, USR2 -> {}
        }
    }

    private void endUnless(CountDownLatch done, ProcessSignal signal, long millis) {
        try {
            if (!done.await(millis, TimeUnit.MILLISECONDS)) {
                log.fatal("got SIG" + signal + ", and the first event loop has not answered for " + millis + " ms: exiting");
                end.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void act(ProcessSignal signal) {
        Shutdown shutdown = pooler.shutdown();
        switch (signal) {
            case HUP -> {
                log.info("got SIGHUP, re-reading config");
                service.reloading(pooler.main().freshNanoTime());
                pooler.reloader().reload(good -> service.ready());
            }
            case QUIT -> {
                log.info("got SIGQUIT, fast exit");
                shutdown.now();
            }
            case TERM -> {
                if (shutdown.inProgress()) {
                    log.info("got SIGTERM while shutting down, fast exit");
                    shutdown.now();
                } else {
                    log.info("got SIGTERM, shutting down, waiting for all clients disconnect");
                    service.stopping();
                    shutdown.waitForClients();
                }
            }
            case INT -> {
                if (shutdown.inProgress()) {
                    log.info("got SIGINT while shutting down, fast exit");
                    shutdown.now();
                } else {
                    log.info("got SIGINT, shutting down, waiting for all servers connections to be released");
                    service.stopping();
                    shutdown.waitForServers();
                }
            }
            case USR1 -> {
                if (pooler.books().pauseMode() == PauseMode.NONE) {
                    log.info("got SIGUSR1, pausing all activity");
                    pooler.pause(PauseMode.PAUSE);
                } else {
                    log.info("got SIGUSR1, but already paused/suspended");
                }
            }
            case USR2 -> {
                if (shutdown.forbidsResume()) {
                    log.info("got SIGUSR2 while shutting down, ignoring");
                } else if (pooler.handover().underWay()) {
                    log.info("got SIGUSR2 while another process takes over, ignoring");
                } else if (pooler.books().pauseMode() == PauseMode.NONE) {
                    log.info("got SIGUSR2, but not paused/suspended");
                } else {
                    log.info("got SIGUSR2, continuing from " + pooler.books().pauseMode());
                    pooler.resume();
                }
            }
        }
    }
}
