package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.PoolMode;
import org.pgsluice.log.Level;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Welcome;
import org.pgsluice.server.ServerSession;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.vars.Carried;
import org.pgsluice.vars.PreparedPlan;
import org.pgsluice.vars.Raw;
import org.pgsluice.vars.ResetValues;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/**
 * Gives a server what its client expects of it: a plan of statements of ours, in one write, whose replies are swallowed. What the client sends meanwhile is
 * kept. A plan runs before the client's first request on a server, and behind a RESET of the client's, before the client hears that it is done. On the client's
 * reactor.
 *
 * <pre>
 * plan    statements in order, each a query of its own; an empty plan begins no bridge
 * done    all were executed: the client goes on, or another plan follows
 * refused PostgreSQL refused one for what the client wants: the client gets PostgreSQL's error and is closed, the server goes on without it
 * left    PostgreSQL refused one where the server had another client's settings, which may be why: the server is closed, and the client gets another one
 * failed  the server is lost: the client learns that as at any other time
 * </pre>
 */
final class Bridge {
    private static final byte[] NOTHING = {};
    /** What may change a parameter. */
    private static final int SETTING = SessionEffects.SET | SessionEffects.RESET | SessionEffects.ROLE | SessionEffects.DISCARD | SessionEffects.OPAQUE;

    private final ClientSession client;
    private boolean underWay;
    /** The server of the plan under way had another client's settings, and has got nothing of this client yet. */
    private boolean ofAnother;
    /** That server is given up. */
    private boolean leaving;
    /** How many the plan under way has. */
    private int queries;
    /** The part of it that is about what is prepared by SQL; null for none. */
    private @Nullable PreparedPlan prepared;
    /** What the client was welcomed with, until it has had a server. */
    private @Nullable Welcome greeted;
    /** A command may have been a RESET since the server was idle last; it was one for certain. */
    private boolean suspected;

    private boolean certain;
    /** Some statement since the last ReadyForQuery may have been one; one was, to which nothing of ours has answered yet; it may have been of the role. */
    private boolean lately;

    private boolean unanswered;
    /** Or was a SET LOCAL TO DEFAULT. */
    private boolean untilTheEnd;

    private boolean ofRole;
    /** Reports that the client has not heard of: what they say may be a RESET's doing. */
    private long held;
    /** A RESET of all is under way, behind which the client's requests wait. */
    private boolean awaited;
    /** How many COPYs from the client the server had begun before that. */
    private int copies;
    /** It has been answered. */
    private boolean over;

    /** What the plan under way, or the next one, brings back of the tracked parameters; that plan, null when there is nothing to bring back. */
    private long restoring;

    private @Nullable String restore;
    /** It does so in a transaction, which goes on. */
    private boolean within;

    Bridge(ClientSession client) {
        this.client = client;
    }

    /** Whether the client's requests have to wait for statements of ours. */
    boolean underWay() {
        return underWay || awaited;
    }

    /** Whether the plan under way, or the next one, brings back what a RESET took. */
    boolean restores() {
        return restore != null;
    }

    void greetedWith(Welcome welcome) {
        greeted = welcome;
    }

    /** The client has got {@code server}, or goes on with it ({@code before}: it has had requests of the client's). */
    void onLinked(ServerSession server, boolean before) {
        if (greeted != null) {
            follow(greeted, server.welcome());
        }
        ofAnother = !before && server.vars().hasCarried();
        // It may have been told more than it takes, and be closed by that.
        if (!client.isClosed() && client.vars().differsFrom(server.vars())) {
            begin(server);
        }
    }

    /**
     * The plan is through.
     *
     * @param server null when the client has lost it
     * @param refusal PostgreSQL's error, if it refused a statement
     * @return whether the client may go on
     */
    boolean onDone(@Nullable ServerSession server, @Nullable PgError refusal) {
        underWay = false;
        PreparedPlan statements = prepared;
        prepared = null;
        if (server == null) {
            return false;
        }
        if (statements != null) {
            statements.done(server.vars());
        }
        if (refusal != null && ofAnother && !restores()) {
            leaving = true;
            server.close(CloseReason.SERVER_INVALID_PARAMETER);
            return false;
        }
        if (refusal != null) {
            if (queries > 1 || statements != null) {
                // Some of them were done, and it does not report all that they set.
                server.needClose();
            } else if (!restores()) {
                server.vars().refused();
            }
            client.fail(CloseReason.CLIENT_PARAMETER_REFUSED, refusal.asFatal());
            return false;
        }
        if (restores()) {
            restored(server.vars());
            return true;
        }
        MessageWriter news = new MessageWriter();
        boolean bridged = client.vars().adoptSpelling(server.vars(), (index, from, to) -> {
            client.log(Level.DEBUG, "varcache_set_canonical: setting " + client.vars().names().name(index) + " to its canonical version " + from + " -> " + to);
            status(index, news);
        });
        if (news.size() > 0) {
            client.send(news.toBuffer());
        }
        if (client.isClosed()) {
            return false;
        }
        if (!bridged) {
            // The server's configuration changed under the statements; the client was not told, and keeps what it has.
            begin(server);
            return false;
        }
        return true;
    }

    /** The server is lost. Whether the client is to have another one, since it has sent nothing to this one. */
    boolean onServerLost() {
        boolean goesOn = leaving;
        leaving = false;
        prepared = null;
        underWay = false;
        awaited = false;
        quiet();
        return goesOn;
    }

    private void begin(ServerSession server) {
        List<String> plan = client.vars().bridgeFrom(server.vars());
        prepared = PreparedPlan.of(client.vars(), server.vars());
        if (plan.isEmpty() && prepared == null) {
            // Of an empty custom setting nothing can be taken away.
            client.vars().adoptSpelling(server.vars(), null);
            return;
        }
        underWay = true;
        queries = plan.size();
        server.bridge(plan, prepared);
    }

    // ---------------------------------------------------------------- the greeting

    /** A client that was welcomed before a newer server logged in hears now what that one says, as far as it did not ask for anything else. */
    private void follow(Welcome old, @Nullable Welcome latest) {
        greeted = null;
        if (latest == null || latest.number() <= old.number()) {
            return;
        }
        MessageWriter news = new MessageWriter();
        for (Welcome.Parameter parameter : latest.parameters()) {
            int index = client.vars().names().indexOf(parameter.name());
            boolean kept = index >= 0 && client.vars().isFollowed(index);
            if (kept ? client.vars().renew(index, parameter.value()) : !parameter.value().equals(old.value(parameter.name()))) {
                Greeting.status(news, parameter.name(), parameter.value());
            }
        }
        if (news.size() > 0) {
            client.send(news.toBuffer());
        }
    }

    // ---------------------------------------------------------------- RESET

    /**
     * The server reported a tracked parameter; whether the client is to hear of it now. What nobody has asked for is no RESET's doing. {@code found} says what
     * the transaction has done so far.
     */
    boolean onReported(int index, @Nullable ServerSession server, Suspicions found) {
        if (server == null) {
            return true;
        }
        TrackedVars vars = server.vars();
        long position = 1L << index;
        if (!suspected && !found.any(SETTING) && client.vars().follow(index, vars)) {
            // No SET of the client's, nor set_config or what hides one: the server's configuration has changed.
            vars.reconfigured(index);
            return true;
        }
        held &= ~position;
        if (!server.ledger().settled()) {
            held |= ResetValues.lost(client.vars(), vars, certain) & position;
        }
        // Bytes beyond ASCII that were reported before are in the encoding that is reported now.
        client.vars().adopt((index == TrackedNames.CLIENT_ENCODING ? vars.fresh() : position) & ~held, vars);
        return (held & position) == 0;
    }

    /**
     * A RESET of all goes to {@code server}: what the client sends behind it waits until its values are there again. A server that skips to a Sync skips it
     * too, and the Sync must not wait.
     */
    void awaitReset(ServerSession server) {
        awaited = !server.ledger().skipping() && ResetValues.losesAny(client.vars(), server.vars());
        copies = server.ledger().copy().begun();
    }

    /** A command of the client's has ended that may have been a RESET, or was one. {@code found} says what the transaction has done so far. */
    void onSettings(boolean reset, Suspicions found) {
        suspected = true;
        certain |= reset;
        lately = true;
        unanswered |= reset;
        untilTheEnd |= found.any(SessionEffects.LOCAL_DEFAULT);
        ofRole |= found.any(SessionEffects.ROLE);
    }

    /** What the client is told before ReadyForQuery; null when that is kept back until what a RESET took is there again. */
    byte @Nullable [] beforeReady(byte status, boolean settled, @Nullable ServerSession linked) {
        if (awaited && settled) {
            awaited = false;
            over = true;
        }
        if (linked == null || (!suspected && held == 0)) {
            return NOTHING;
        }
        TrackedVars server = linked.vars();
        TrackedVars vars = client.vars();
        boolean inside = status == 'T' && (unanswered || untilTheEnd || (lately && ResetValues.lost(vars, server, false) != 0));
        lately = false;
        if (!settled || (status != 'I' && !inside)) {
            // With more requests behind, or nothing to bring back yet: the client hears what holds now, and the rest at the end.
            long now = held;
            held = 0;
            suspected = true;
            return news(now, server);
        }
        boolean beyond = suspected && vars.carrying().atLogin() != Carried.NONE && (inside ? unanswered || untilTheEnd : staysInSession(linked));
        long lost = ResetValues.lost(vars, server, certain || untilTheEnd);
        String plan = ResetValues.plan(vars, lost, beyond, inside && untilTheEnd && !unanswered, !inside || ofRole);
        long left = held & ~lost;
        quiet(inside);
        restoring = lost;
        restore = plan.isEmpty() ? null : plan;
        within = inside;
        return restores() ? null : news(left, server);
    }

    /** The ReadyForQuery that was kept back goes to the client now, behind {@code error} if there is one; or behind what a RESET took is there again. */
    void ready(ServerSession server, @Nullable PgError error) {
        if (error != null) {
            refuse(error);
        }
        byte[] before = beforeReady((byte) 'I', true, server);
        if (before == null) {
            onRepliesPassed(server);
        } else if (!client.isClosed()) {
            client.send(new MessageWriter().bytes(before).begin(BackendTag.READY_FOR_QUERY).int8('I').end().toBuffer());
        }
    }

    /** The client gets an error of ours before its ReadyForQuery. */
    void refuse(PgError error) {
        if (client.lane().commons().tuning().logPoolerErrors) {
            client.log(Level.WARNING, "pooler error: " + error.message());
        }
        client.send(ByteBuffer.wrap(error.toErrorResponse()));
    }

    /** All replies that were there have gone on: statements of ours may begin. Whether the client may go on that has waited for a RESET. */
    boolean onRepliesPassed(@Nullable ServerSession server) {
        if (awaited && server != null && server.ledger().skipping()) {
            awaited = false; // the RESET is skipped too, and only the client's Sync ends that
            over = true;
        }
        if (awaited && server != null && server.ledger().copy().begun() != copies) {
            awaited = false; // it waits for the client's data, and what ends them is awaited again
            over = true;
        }
        boolean goesOn = over;
        over = false;
        String next = restore;
        if (server != null && next != null && !underWay) {
            underWay = true;
            queries = 1;
            server.bridge(List.of(next));
            return false;
        }
        return goesOn;
    }

    /** Tells the client what has changed by the RESET and by us, and then that it may go on. */
    private void restored(TrackedVars server) {
        MessageWriter news = new MessageWriter();
        TrackedVars vars = client.vars();
        for (long left = restoring; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            String told = vars.value(index);
            ResetValues.restored(vars, left & -left, server);
            if (told == null || !told.equals(vars.value(index))) {
                status(index, news);
            }
        }
        quiet(within);
        client.send(news.begin(BackendTag.READY_FOR_QUERY).int8(within ? 'T' : 'I').end().toBuffer());
    }

    private void quiet() {
        quiet(false);
    }

    /** {@code inside}: the transaction goes on, and may yet be rolled back. */
    private void quiet(boolean inside) {
        suspected = inside;
        certain = false;
        unanswered = false;
        untilTheEnd = false;
        ofRole &= inside;
        held = 0;
        restoring = 0;
        restore = null;
    }

    /** Whether nobody asks the server what it has: in session mode it is the client's. Otherwise settings beyond the tracked ones follow by themselves. */
    private static boolean staysInSession(ServerSession server) {
        return server.mode(server.lane().books().config()) == PoolMode.SESSION;
    }

    private byte[] news(long positions, TrackedVars server) {
        if (positions == 0) {
            return NOTHING;
        }
        client.vars().adopt(positions, server);
        MessageWriter news = new MessageWriter();
        for (long left = positions; left != 0; left &= left - 1) {
            status(Long.numberOfTrailingZeros(left), news);
        }
        return news.toBytes();
    }

    /** Says what the client has now; bytes of another encoding than its own would mean nothing to it. */
    private void status(int index, MessageWriter out) {
        String value = client.vars().value(index);
        String encoding = value == null ? null : Raw.encoding(value);
        if (value != null && (encoding == null || encoding.equals(client.vars().value(TrackedNames.CLIENT_ENCODING)))) {
            Greeting.status(out, client.vars().names().name(index), value);
        }
    }
}
