package org.pgsluice.cancel;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.ClientState;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/**
 * One cancel request that was accepted for a linked client, on the reactor of who sent it. It waits until a connection may be opened, is dropped when the client has
 * meanwhile parted with the server it was for, and holds that server back from others while PostgreSQL may still act on it.
 */
public final class CancelJob implements CancelConnection.Outcome {
    /** The connection that the request came on. */
    public interface Asker {
        /** Closes it, without a word to the sender. */
        void close(CloseReason reason);
    }

    private final ClientEntry askerEntry;
    private final Asker asker;
    private final Lane lane;
    private final ServerSession target;
    private final long assignment;
    private @Nullable CancelConnection connection;
    private boolean holds;
    private boolean over;

    private CancelJob(ClientEntry askerEntry, Asker asker, Lane lane, ServerSession target, long assignment) {
        this.askerEntry = askerEntry;
        this.asker = asker;
        this.lane = lane;
        this.target = target;
        this.assignment = assignment;
    }

    /**
     * Takes a request for {@code victim} on.
     *
     * @return null when there is nothing to cancel; the asker was closed then
     */
    public static @Nullable CancelJob accept(ClientEntry victim, ClientEntry askerEntry, Asker asker, Lane lane) {
        ServerEntry held = lane.books().serverOf(victim);
        if (!(held instanceof ServerSession target)) {
            asker.close(CloseReason.CANCEL_FOR_IDLE);
            return null;
        }
        if (target.bridging()) {
            asker.close(CloseReason.CANCEL_WHILE_BRIDGING);
            return null;
        }
        CancelJob job = new CancelJob(askerEntry, asker, lane, target, lane.books().assignmentOf(target));
        lane.books().cancelState(askerEntry, target.pool(), ClientState.WAITING_CANCEL);
        job.tryToOpen();
        return job;
    }

    /** Opens the connection if the pool may have one more now; otherwise upkeep tries again. */
    public void tryToOpen() {
        if (over || connection != null) {
            return;
        }
        SocketAddress address = target.address();
        if (address == null || lane.books().assignmentOf(target) != assignment) {
            end(CloseReason.CANCEL_TOO_LATE);
            return;
        }
        if (lane.books().openings().openForCancel(target.pool())) {
            CancelConnection opening = new CancelConnection(target, lane, this);
            connection = opening;
            opening.open(address);
        }
    }

    @Override
    public boolean onConnected() {
        holds = !target.bridging() && lane.books().cancelBegins(target, assignment);
        if (holds) {
            lane.books().cancelState(askerEntry, target.pool(), ClientState.ACTIVE_CANCEL);
        }
        return holds;
    }

    @Override
    public void onEnded(CloseReason reason) {
        letGo();
        end(reason);
    }

    /** The sender closed its connection, or it was closed for a timeout. */
    public void onAskerClosed() {
        over = true;
        CancelConnection open = connection;
        // What PostgreSQL has been sent it may still act on: then the server stays held back until that connection ends.
        if (open != null && !open.wasSent()) {
            open.close(CloseReason.CANCEL_ABANDONED);
        }
    }

    private void end(CloseReason reason) {
        if (!over) {
            over = true;
            asker.close(reason);
        }
    }

    private void letGo() {
        if (holds) {
            holds = false;
            if (lane.books().cancelEnded(target)) {
                lane.onReactorOf(target, target::onCancelsEnded);
            }
        }
    }
}
