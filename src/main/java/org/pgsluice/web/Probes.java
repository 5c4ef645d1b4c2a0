package org.pgsluice.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Readiness;

/** What orchestrators and balancers ask. Any thread but a reactor's. */
final class Probes {
    private static final long WAIT_SECONDS = 5;
    private static final String PAUSED = "paused";

    private final Look look;
    private final List<Executor> reactors;

    Probes(Look look, List<Executor> reactors) {
        this.look = look;
        this.reactors = reactors;
    }

    /** Whether the process lives: each event loop has a turn. */
    Reply health() throws InterruptedException {
        List<CountDownLatch> turns = new ArrayList<>();
        for (Executor reactor : reactors) {
            CountDownLatch turn = new CountDownLatch(1);
            reactor.execute(turn::countDown);
            turns.add(turn);
        }
        for (int i = 0; i < turns.size(); i++) {
            // Those that were waited for have given the others as much time.
            if (!turns.get(i).await(i == 0 ? WAIT_SECONDS : 1, TimeUnit.SECONDS)) {
                return Reply.line(503, "event loop " + i + " has not answered for " + WAIT_SECONDS + " seconds");
            }
        }
        return Reply.line(200, "ok");
    }

    /**
     * Whether new clients should be sent here.
     *
     * @param pausedIsReady whether they may come to wait here for the end of a PAUSE
     */
    Reply ready(boolean pausedIsReady) throws NoAnswerException {
        Readiness now = look.at(Set.of(Part.READINESS)).rows(Part.READINESS).getFirst();
        String reason = notReady(now);
        boolean waitHere = pausedIsReady && reason.equals(PAUSED);
        return reason.isEmpty() || waitHere ? Reply.line(200, waitHere ? "ready: paused" : "ready") : Reply.line(503, "not ready: " + reason);
    }

    /** Why no clients should be sent here; empty when they should. */
    static String notReady(Readiness now) {
        if (now.handingOver()) {
            return "another process takes over";
        } else if (now.shuttingDown()) {
            return "shutting down";
        } else if (!now.accepting()) {
            return "no socket is listened on";
        }
        return switch (now.state()) {
            case ACTIVE -> "";
            case SUSPENDED -> "suspended";
            case PAUSED -> PAUSED;
        };
    }
}
