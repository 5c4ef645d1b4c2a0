package org.pgsluice.notify;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.MemoryConnection;
import org.pgsluice.net.Outbox;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.server.Lane;
import org.pgsluice.server.LoneTenant;
import org.pgsluice.server.ServerSession;
import org.pgsluice.wire.Notification;
import org.pgsluice.wire.PgError;

/**
 * What has the listening server of a pool: a client without a connection, as an errand is, that keeps its server until nobody listens any more or the server is
 * lost. On the hub's reactor.
 */
final class Ear extends ClientEntry implements LoneTenant {
    private final Hub hub;
    private final Lane lane;
    private final Outbox nowhere;
    private @Nullable ServerSession server;
    private boolean over;
    private long spokeNanos;

    Ear(Hub hub, Lane lane) {
        super(lane.index(), true);
        this.hub = hub;
        this.lane = lane;
        this.nowhere = new Outbox(MemoryConnection.discarding(lane.reactor()));
    }

    // ---------------------------------------------------------------- the server comes and goes

    /** Waits for a server of the pool like any client. */
    void seek() {
        lane.books().listeningServers().begins(this, hub.pool(), lane.now());
        ServerEntry got = lane.books().acquire(this, lane.now());
        if (got instanceof ServerSession granted) {
            take(granted);
        } else {
            lane.grow(hub.pool());
        }
    }

    /** The books have given it {@code granted}. */
    void take(ServerSession granted) {
        granted.moveTo(lane);
        server = granted;
        granted.serve(this);
        lane.books().pinned().stays(granted);
        lane.grow(hub.pool());
        hub.onServer(this);
    }

    @Override
    public void granted(ServerEntry granted) {
        lane.reactor().execute(() -> {
            if (!over && server == null && lane.books().serverOf(this) instanceof ServerSession session) {
                take(session);
            }
        });
    }

    @Override
    public void welcomed() {}

    @Override
    public void refused(String sqlState, String message) {
        lane.reactor().execute(() -> {
            if (!over && server == null) {
                end(CloseReason.SERVER_NOBODY_LISTENS);
                hub.onRefused(this, message);
            }
        });
    }

    /** It is not needed any more; the hub is told nothing. */
    void end(CloseReason reason) {
        if (over) {
            return;
        }
        ServerSession mine = server;
        if (mine != null) {
            mine.dismiss(reason);
            return;
        }
        over = true;
        ServerEntry held = lane.books().serverOf(this);
        lane.books().listeningServers().over(this);
        if (held instanceof ServerSession untaken) {
            untaken.moveTo(lane);
            untaken.release();
        }
    }

    @Override
    public void onServerLost(CloseReason reason, @Nullable String detail) {
        over = true;
        server = null;
        lane.books().listeningServers().over(this);
        hub.onLost(this, reason.text(detail));
    }

    // ---------------------------------------------------------------- what it says and hears

    /** Runs statements of ours; {@link Hub#onAnswered} follows. */
    void ask(List<String> statements) {
        ServerSession mine = server;
        if (mine != null) {
            spokeNanos = lane.now();
            mine.bridge(statements);
        }
    }

    Hub hub() {
        return hub;
    }

    /** When it asked something last. */
    long spokeNanos() {
        return spokeNanos;
    }

    @Override
    public void onBridged(@Nullable PgError refusal) {
        ServerSession mine = server;
        if (mine != null && refusal != null) {
            mine.close(CloseReason.SERVER_INVALID_PARAMETER);
        } else if (mine != null) {
            hub.onAnswered();
        }
    }

    @Override
    public boolean onNotification(Notification notification) {
        hub.onNotification(notification);
        return false;
    }

    @Override
    public boolean mayTake() {
        return hub.mayTake();
    }

    @Override
    public void onRepliesPassed() {
        ServerSession mine = server;
        if (mine != null && !hub.mayTake()) {
            mine.stopReading(true);
            hub.stopped();
        }
    }

    /** Reads on, after what was there has been delivered. */
    void readOn() {
        ServerSession mine = server;
        if (mine != null) {
            mine.stopReading(false);
        }
    }

    // ---------------------------------------------------------------- a tenant without a client

    @Override
    public Outbox outbox() {
        return nowhere;
    }

    @Override
    public void onClientBroken() {}
}
