package org.pgsluice.client;

import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.PoolMode;
import org.pgsluice.config.StateMode;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.PoolTerms;
import org.pgsluice.server.Lane;
import org.pgsluice.server.Retention;
import org.pgsluice.server.ServerSession;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.state.Pins;
import org.pgsluice.stats.SessionCounters;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.SqlState;

/**
 * Has a server say what the client's transaction has left in its session, before the two part. The client has its answer by then; what it sends meanwhile is
 * kept. On the client's reactor.
 */
final class Stocktaking {
    /** Effects after which the server may have to stay. A setting that cannot be carried is so rare that the client is closed for it. */
    private static final int PINNING = SessionEffects.ADVISORY_LOCK
            | SessionEffects.TEMP
            | SessionEffects.HOLD_CURSOR
            | SessionEffects.PREPARE
            | SessionEffects.LOAD
            | SessionEffects.OPAQUE;

    private final ClientSession client;
    private final Lane lane;
    private final Pool pool;
    private final Suspicions found;
    private final SessionCounters counters;
    private boolean underWay;
    /** It is asked without a reason; it has been, and may part now. */
    private boolean auditing;

    private boolean audited;
    /** The server has answered, and waits for a place where it may stay. */
    private boolean seeking;
    /** The client's ReadyForQuery is kept back until the answer is here. */
    private boolean holdsReady;
    /** Why what the client has left was taken away again; null when it was not. */
    private @Nullable PgError refusal;

    /** {@code found}: where the client's requests are noted. */
    Stocktaking(ClientSession client, Lane lane, Pool pool, Suspicions found) {
        this.client = client;
        this.lane = lane;
        this.pool = pool;
        this.found = found;
        this.counters = pool.counters(lane.index()).session;
    }

    /** Whether the client's requests have to wait for the answer. */
    boolean underWay() {
        return underWay || holdsReady;
    }

    /**
     * ReadyForQuery is about to go to the client.
     *
     * @return whether it is to be kept back: the server may have to stay with the client and may not, and only its answer shows whether that is an error
     */
    boolean keepsBack(byte status, boolean settled, @Nullable ServerSession server) {
        if (found.effects() == 0 || status != 'I' || !settled || server == null || !found.any(PINNING) || !isOn()) {
            return false;
        }
        holdsReady = server.inquiry().pins() == Pins.NONE && server.inquiry().isDue(found) && !(isAllowed() && lane.books().pinned().reserve(server));
        return holdsReady;
    }

    /** All is answered: the client gets the ReadyForQuery that was kept back, if one was, behind the error if there is one. */
    void tellReady(Bridge bridge, ServerSession server) {
        if (holdsReady) {
            holdsReady = false;
            PgError error = refusal;
            refusal = null;
            bridge.ready(server, error);
        }
    }

    /** Whether servers of the pool may stay, as far as there are places. */
    private boolean isAllowed() {
        PoolTerms terms = pool.terms(lane.books().config());
        return terms.mode == PoolMode.TRANSACTION && terms.state != StateMode.STRICT;
    }

    private boolean mayStay(ServerSession server) {
        return isAllowed() && lane.books().pinned().keep(server);
    }

    /** Whether what the client's requests may do to a session is anybody's concern. */
    boolean isOn() {
        PoolTerms terms = pool.terms(lane.books().config());
        return terms.mode != PoolMode.SESSION && terms.state.carries();
    }

    /** The client and its server come from another process, which does not tell whether the server stayed; it is asked once all are here. */
    void restored(ServerSession server) {
        if (isOn()) {
            lane.books().pinned().stayed(server);
        }
    }

    /** Asks, if it is time to and there is a reason. */
    boolean begins(ServerSession server) {
        if (found.effects() == 0 || client.isClosed() || server.retention() != Retention.SUSPECTED) {
            return false;
        }
        underWay = true;
        server.inquiry().ask(found, client.vars());
        found.clear();
        return true;
    }

    /** Whether the server has answered, and {@link #ends} waits for a place where it may stay. */
    boolean isSeeking() {
        return seeking;
    }

    /**
     * The server has answered, or there may be a place for it; whether it may be used now.
     *
     * @param again has this called again, on the client's reactor
     */
    boolean ends(ServerSession server, Runnable again) {
        if (auditing) {
            auditing = false;
            audited = true;
            underWay = false;
            counters.leaks += server.inquiry().passesAudit() ? 0 : 1;
            return true;
        }
        if (!seeking && !server.inquiry().conclude(client.vars())) {
            server.inquiry().isUnknown();
        }
        seeking = false;
        int pins = server.inquiry().pins();
        if (pins == Pins.NONE) {
            underWay = false;
            return true;
        }
        if (refusal == null && mayStay(server)) {
            underWay = false;
            lane.books().pinned().stays(server);
            lane.grow(pool);
            return true;
        }
        if (refusal == null && isAllowed() && lane.books().pinned().waits(server, again)) {
            seeking = true;
            return false;
        }
        if (refusal != null) {
            server.close(CloseReason.SERVER_NOT_CLEAN);
        } else if (holdsReady && (pins & (Pins.SETTING | Pins.UNKNOWN)) == 0) {
            refusal = refusal(pins);
            if (server.inquiry().refuse()) {
                underWay = false;
                return true;
            }
        } else {
            // It has its answer already, or would lose settings that it had before.
            PgError error = refusal(pins).asFatal();
            client.fail(CloseReason.CLIENT_NOT_PINNED, error);
        }
        return false;
    }

    private PgError refusal(int pins) {
        counters.refusals++;
        String what = "the session's state cannot be kept: " + Pins.names(pins);
        Config config = lane.books().config();
        if (pool.stateMode(config) == StateMode.STRICT) {
            return new PgError("ERROR", SqlState.FEATURE_NOT_SUPPORTED.code(), what, "With session_state = strict no server stays with a client.",
                    Pins.remedies(pins));
        }
        if (pool.mode(config) != PoolMode.TRANSACTION) {
            return new PgError("ERROR", SqlState.FEATURE_NOT_SUPPORTED.code(), what, "With pool_mode = statement no server stays with a client.");
        }
        String detail = "max_pinned_servers = " + pool.terms(config).maxPinned + " is reached for " + pool + ".";
        return new PgError("ERROR", SqlState.TOO_MANY_CONNECTIONS.code(), what, detail);
    }

    /** Whether nothing holds the server to the client any more. */
    boolean mayPart(ServerSession server) {
        if (server.inquiry().isKeptForSequences() && server.retention() == Retention.PINNED) {
            server.inquiry().endKeeping(false);
        }
        if (server.retention() != Retention.NOTHING || keepsForSequences(server)) {
            return false;
        }
        onParted();
        return !audits(server);
    }

    /** Whether a server that nobody suspects is asked all the same before it goes on: each so-manieth is. */
    private boolean audits(ServerSession server) {
        int every = lane.commons().tuning().sessionAudit;
        if (every == 0 || audited || ++counters.unaudited < every) {
            audited = false;
            return false;
        }
        counters.unaudited = 0;
        if (!isOn() || server.closeNeeded()) {
            return false;
        }
        counters.audits++;
        auditing = true;
        underWay = true;
        server.inquiry().audit();
        return true;
    }

    /** The client and its server part: there was nothing to ask about. */
    void onParted() {
        if (found.effects() != 0) {
            found.clear();
        }
    }

    /** Whether a server that nothing else holds stays, since the client has advanced a sequence and its like is known to ask for the value next. */
    private boolean keepsForSequences(ServerSession server) {
        if (!found.any(SessionEffects.NEXTVAL)) {
            return false;
        }
        String application = client.vars().value(TrackedNames.APPLICATION_NAME);
        boolean keeps = pool.asksForSequences(application == null ? "" : application)
                && lane.commons().tuning().ownSequenceValues
                && isOn()
                && server.inquiry().hasSequencesOf(client.id())
                && mayStay(server);
        if (keeps) {
            server.inquiry().keepForSequences();
            found.clear();
        }
        return keeps;
    }

    /** The server is lost. */
    void onServerLost() {
        underWay = false;
        auditing = false;
        seeking = false;
        holdsReady = false;
        refusal = null;
    }
}
