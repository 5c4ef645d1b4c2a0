package org.pgsluice.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Gather;
import org.pgsluice.net.Outbox;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.prepared.ClientStatements;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.wire.Notification;
import org.pgsluice.wire.PgError;

/** Whoever a server is linked to: its client's link. All calls come on the server's reactor, which is the client's. */
public interface Tenant {
    /** Where replies go. */
    Outbox outbox();

    /** Whether more replies may be read for it: it has taken those that it was sent. */
    boolean mayTake();

    /** Sends what a request that we answer ourselves is due: {@code request} is the client's message type. */
    void invent(byte request, Gather into) throws IOException;

    /**
     * The server reported a tracked parameter.
     *
     * @return whether the client is to hear of it now
     */
    boolean onParameter(int index);

    /** A command of the client's has ended that may have been a RESET; {@code certain}: it was one, or a DISCARD ALL. */
    void onSettings(boolean certain);

    /**
     * The server has said a notification, in the middle of whatever it says.
     *
     * @return whether it goes on to the client as it is, now
     */
    boolean onNotification(Notification notification);

    /**
     * ReadyForQuery is about to go to the client.
     *
     * @param status I, T or E
     * @param settled whether nothing more is due on it
     * @return what goes before it; null when it is to be kept back, since statements of ours go first ({@link #onRepliesPassed} begins them)
     */
    byte @Nullable [] beforeReady(byte status, boolean settled);

    /** The names of the client's statements; null when it has none. */
    @Nullable ClientStatements names();

    /** The server has done a DEALLOCATE of one name for the client. */
    void onDeallocated();

    /** The server is ready for a query: {@code status} is I, T or E; {@code settled} when nothing more is due on it. */
    void onReady(byte status, boolean settled);

    /** All replies that were there have been passed on. The tenant may now give the server back or stop it from being read. */
    void onRepliesPassed();

    /** Whether the server has got the beginning of a request and not its end. */
    boolean midRequest();

    /** What had not fitted into the server's socket has gone out. */
    void onServerDrained();

    /** The statements of ours before the client's next message are through; {@code refusal} is the error if the server refused one, else null. */
    void onBridged(@Nullable PgError refusal);

    /** What the requests that went to the server may have done to its session, and nobody has asked about; null for nothing. */
    @Nullable Suspicions suspicions();

    /** The server has answered what is in its session ({@link Inquiry#conclude}). */
    void onAsked();

    /** The server has said that it ends the session. The tenant gets its words, and needs no others. */
    default void onFatal() {}

    /** The server is about to be closed for {@code reason}, whose text {@code detail} is in; the link is cut already. */
    void onServerLost(CloseReason reason, @Nullable String detail);

    /** The client's connection broke while replies were written to it. */
    void onClientBroken();
}
