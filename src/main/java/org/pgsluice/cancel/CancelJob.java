package org.pgsluice.cancel;

import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Settings;
import org.pgsluice.pool.CancelTarget;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.ClientState;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/**
 * One cancel request, on the reactor of who sent it. It goes on when its sender hangs up, as many do right behind the request. It waits until a connection may
 * be opened, is dropped when the client has meanwhile parted with the server it was for, and holds that server back from others while PostgreSQL may still act
 * on it. It ends by itself: every wait in it has a limit.
 */
public final class CancelJob implements CancelConnection.Outcome {
    /** How often it looks whether a connection may be opened, or the server has its client's parameters. */
    private static final long AGAIN_NANOS = 20_000_000L;
    /** For so long a query whose client left may wait for a cancel request to be opened; where the pool is full of those, it is over before that. */
    private static final long ABANDONED_WAIT_NANOS = 10_000_000_000L;

    /** Of a request that holds nothing. */
    private static final CancelConnection.Outcome LAST = new CancelConnection.Outcome() {
        @Override
        public boolean onConnected() {
            return true;
        }

        @Override
        public void onEnded(CloseReason reason, boolean doubtful) {}
    };

    /** The connection that the request came on. */
    public interface Asker {
        /** Closes it, without a word to the sender; no effect when it is closed. */
        void close(CloseReason reason);
    }

    /** A client that may be waiting for a server. */
    public interface Waiting {
        /** Ends the wait and answers the client. {@code then} is told whether it waited; on any thread. */
        void cancel(Consumer<Boolean> then);
    }

    private final @Nullable ClientEntry askerEntry;
    private final @Nullable Asker asker;
    private final Lane lane;
    private final ServerSession server;
    /** Null when the client of the server has left: then it is held back from the first. */
    private final CancelTarget.@Nullable Serving target;
    private final long giveUpNanos;
    private boolean holds;
    private boolean over;

    private CancelJob(@Nullable ClientEntry askerEntry, @Nullable Asker asker, Lane lane, ServerSession server, CancelTarget.@Nullable Serving target,
            long waitNanos) {
        this.askerEntry = askerEntry;
        this.asker = asker;
        this.lane = lane;
        this.server = server;
        this.target = target;
        this.holds = target == null;
        this.giveUpNanos = waitNanos == 0 ? Long.MAX_VALUE : lane.now() + waitNanos;
    }

    /** Takes a request for {@code victim} on. When there is nothing to cancel, the asker is closed. */
    public static void accept(ClientEntry victim, Waiting waiting, ClientEntry askerEntry, Asker asker, Lane lane) {
        CancelTarget target = lane.books().cancels().target(victim);
        if (target == CancelTarget.Answer.IDLE) {
            asker.close(CloseReason.CANCEL_FOR_IDLE);
        } else if (target == CancelTarget.Answer.WAITING) {
            waiting.cancel(ended -> lane.reactor().execute(() -> {
                if (ended) {
                    asker.close(CloseReason.CANCEL_FOR_WAITING);
                } else {
                    accept(victim, waiting, askerEntry, asker, lane);
                }
            }));
        } else if (lane.books().cancels().pending((CancelTarget.Serving) target)) {
            CancelTarget.Serving serving = (CancelTarget.Serving) target;
            ServerSession server = (ServerSession) serving.server();
            lane.books().cancels().state(askerEntry, server.pool(), ClientState.WAITING_CANCEL);
            new CancelJob(askerEntry, asker, lane, server, serving, lane.books().config().nanos(Settings.CANCEL_WAIT_TIMEOUT)).tryToOpen();
        } else {
            asker.close(CloseReason.CANCEL_SENT);
        }
    }

    /** Cancels the query of a client that has left. The server stays held back until the request has ended. On its reactor. */
    public static void abandon(ServerSession server, Lane lane) {
        lane.books().cancels().abandoned(server);
        new CancelJob(null, null, lane, server, null, ABANDONED_WAIT_NANOS).tryToOpen();
    }

    /**
     * Cancels what {@code server} runs, which is about to be closed for it: PostgreSQL would go on for nobody. Tried once, if the pool may have one more
     * connection. Nobody gets that server any more, so none is held back. On its reactor.
     */
    public static void beforeClose(ServerSession server, Lane lane) {
        SocketAddress address = server.facts().address();
        if (address != null && lane.books().openings().openForCancel(server.pool())) {
            new CancelConnection(server, lane, LAST).open(address);
        }
    }

    /** Opens the connection if the pool may have one more now; otherwise tries again soon. */
    private void tryToOpen() {
        if (over) {
            return;
        }
        SocketAddress address = server.facts().address();
        if (address == null || (target != null && !lane.books().cancels().stillServing(target))) {
            end(CloseReason.CANCEL_TOO_LATE);
        } else if ((target == null || server.cancellable()) && lane.books().openings().openForCancel(server.pool())) {
            new CancelConnection(server, lane, this).open(address);
        } else if (lane.now() - giveUpNanos >= 0) {
            end(CloseReason.CANCEL_WAIT_TIMEOUT);
        } else {
            lane.reactor().schedule(AGAIN_NANOS, this::tryToOpen);
        }
    }

    @Override
    public boolean onConnected() {
        if (target != null) {
            // From here on a further request may come too late for this one.
            lane.books().cancels().notPending(target);
            holds = server.cancellable() && lane.books().cancels().begins(target);
        }
        if (holds && askerEntry != null) {
            lane.books().cancels().state(askerEntry, server.pool(), ClientState.ACTIVE_CANCEL);
        }
        return holds;
    }

    @Override
    public void onEnded(CloseReason reason, boolean doubtful) {
        if (target != null && !holds && reason == CloseReason.CANCEL_TOO_LATE && lane.books().cancels().stillServing(target)) {
            // The pooler's own SET runs there, and must not be hit.
            lane.reactor().schedule(AGAIN_NANOS, this::tryToOpen);
            return;
        }
        letGo(doubtful);
        end(reason);
    }

    private void end(CloseReason reason) {
        if (over) {
            return;
        }
        over = true;
        letGo(false);
        if (target != null) {
            lane.books().cancels().notPending(target);
        }
        if (asker != null) {
            asker.close(reason);
        }
    }

    private void letGo(boolean doubtful) {
        if (holds) {
            holds = false;
            if (lane.books().cancels().ended(server, doubtful)) {
                lane.onReactorOf(server, server::onCancelsEnded);
            }
        }
    }
}
