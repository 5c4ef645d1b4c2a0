package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.server.Lane;
import org.pgsluice.server.Retention;
import org.pgsluice.server.ServerSession;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.wire.Notification;
import org.pgsluice.wire.PgError;

/** A link's part in LISTEN: nothing, until its client may have said it; from then on its {@link Subscriptions}. On the client's reactor. */
final class Listening {
    private final Link link;
    private final ClientSession client;
    private final Lane lane;
    private @Nullable Subscriptions subscriptions;

    Listening(Link link, ClientSession client, Lane lane) {
        this.link = link;
        this.client = client;
        this.lane = lane;
    }

    /** Whether something of ours must end before the client goes on. */
    boolean underWay() {
        return subscriptions != null && subscriptions.underWay();
    }

    /** Whether the client listens to anything. */
    boolean any() {
        return subscriptions != null && subscriptions.any();
    }

    /** The next request is about to go to {@code server}; whether statements of ours must go first, which have begun then. */
    boolean carries(ServerSession server) {
        Subscriptions known = subscriptions;
        if (known == null || !known.mustCarry(effects()) || server.underWay() != Retention.NOTHING) {
            return false;
        }
        known.carry(server);
        return true;
    }

    /** Whether the client may not be told yet that its transaction is over, in which it has done what is suspected. */
    boolean holds() {
        Suspicions past = link.suspicions();
        Subscriptions known = subscriptions;
        if (past == null) {
            return false;
        }
        if (known == null) {
            if (!Subscriptions.mayBegin(past.effects())) {
                return false;
            }
            known = new Subscriptions(link, client, lane);
            subscriptions = known;
        }
        boolean holds = known.holds(past.effects(), past.subscriptions());
        past.forgetSubscriptions();
        return holds;
    }

    private int effects() {
        Suspicions found = link.suspicions();
        return found == null ? SessionEffects.NONE : found.effects();
    }

    /** What goes before a ReadyForQuery that tells of the end of a transaction: {@code others}, and what the client was notified of meanwhile. */
    byte[] beforeReady(byte[] others) {
        Subscriptions known = subscriptions;
        byte[] news = known == null ? others : known.beforeReady();
        if (known == null || news.length == 0) {
            return others;
        }
        return ByteBuffer.allocate(others.length + news.length).put(others).put(news).array();
    }

    /** All replies that were there have been passed on. */
    void onRepliesPassed(@Nullable ServerSession server) {
        if (subscriptions != null) {
            subscriptions.onRepliesPassed(server);
        }
    }

    /** Statements of ours are through; whether the client may go on. Only while {@link #underWay}. */
    boolean onAnswered(@Nullable ServerSession server, @Nullable PgError refusal) {
        return subscriptions != null && subscriptions.onAnswered(server, refusal);
    }

    /** The client's server has said a notification; whether it goes on as it is. */
    boolean onNotification(Notification notification, @Nullable ServerSession server) {
        if (subscriptions != null) {
            return subscriptions.onServerNotification(notification);
        }
        return server != null && (server.isListening() || Subscriptions.mayBegin(effects()));
    }

    /** The client leaves {@code server}, which may listen to something. */
    void leaves(ServerSession server) {
        if (underWay() || Subscriptions.mayBegin(effects())) {
            server.listens(true);
        }
    }

    /** The client has no server any more. */
    void onParted() {
        if (subscriptions != null) {
            subscriptions.onParted();
        }
    }

    /** The client may hear what it could not before. */
    void tell() {
        if (subscriptions != null) {
            subscriptions.tell();
        }
    }

    void close() {
        if (subscriptions != null) {
            subscriptions.close();
        }
    }
}
