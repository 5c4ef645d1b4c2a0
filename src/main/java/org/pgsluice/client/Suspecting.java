package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.prepared.SqlPrepare;
import org.pgsluice.prepared.UnnamedStatement;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.SessionFunctions;
import org.pgsluice.sql.SqlWalk;
import org.pgsluice.sql.Suspicion;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.state.Pins;
import org.pgsluice.vars.Carried;
import org.pgsluice.wire.Frames;

/**
 * Notes what the requests of a client may do to the session of its server, as soon as each is seen and before it goes on. A request that is looked at again is
 * noted again. Only where session_state says that sessions are carried. On the client's reactor.
 */
final class Suspecting {
    /** Where a Parse has more types of parameters, its text is searched for its end. */
    private static final int MOST_TYPES = 16;

    private final Link link;
    private final Lane lane;
    private final UnnamedStatement unnamed;
    private final Suspicions found = new Suspicions();
    private boolean on;
    private int effects;
    /** Walks a text of which the next read has more. */
    private @Nullable SqlWalk cut;
    /** That text is the unnamed statement's. */
    private boolean cutUnnamed;

    private boolean cutParse;
    /** What is prepared by SQL, and what using it may do, as far as those functions go. */
    private Carried executed = Carried.NONE;

    private @Nullable SessionFunctions executedBy;
    private Suspicion ofExecuted = Suspicion.NONE;

    Suspecting(Link link, Lane lane, UnnamedStatement unnamed) {
        this.link = link;
        this.lane = lane;
        this.unnamed = unnamed;
    }

    /** What the client's requests may have done since somebody looked last. */
    Suspicions found() {
        return found;
    }

    void begin(boolean carries) {
        on = carries;
    }

    /** Whether anything is noted. */
    boolean isOn() {
        return on;
    }

    /** The next message is looked at. */
    void next() {
        effects = SessionEffects.NONE;
    }

    /** What the message that was looked at last may do, bits of {@link SessionEffects}. */
    int effects() {
        return effects;
    }

    /** Whether the message that was looked at last is whole, and is known to leave nothing behind. */
    boolean isPlain() {
        return on && cut == null && effects == SessionEffects.NONE;
    }

    /** A Query, whose header is here. */
    void query(ByteBuffer in, int at, int end) {
        if (on) {
            int frameEnd = at + 1 + Frames.length(in, at);
            boolean whole = frameEnd <= end;
            // Its last byte is the zero behind the text.
            text(in, at + Frames.HEADER, whole ? Math.max(at + Frames.HEADER, frameEnd - 1) : end, whole, false, false);
        }
    }

    /** A Parse of the unnamed statement, or of one that the server knows by the client's own name. */
    void parse(ByteBuffer in, int from, int frameEnd, int end, boolean ofUnnamed) {
        if (on) {
            boolean whole = frameEnd <= end;
            text(in, Math.min(from, end), whole ? endOfText(in, from, frameEnd) : end, whole, true, ofUnnamed);
        }
    }

    /** Where the text of a whole Parse ends, or a little behind: before a zero, the number of parameter types, and the types. */
    private static int endOfText(ByteBuffer in, int from, int frameEnd) {
        for (int types = 0; types < MOST_TYPES; types++) {
            int zero = frameEnd - 3 - 4 * types;
            if (zero >= from && in.get(zero) == 0 && in.getShort(zero + 1) == types) {
                return zero;
            }
        }
        return Math.max(from, Frames.zero(in, from, frameEnd));
    }

    private void text(ByteBuffer in, int from, int to, boolean whole, boolean ofParse, boolean ofUnnamed) {
        cut = null;
        if (whole) {
            int glance = SqlWalk.glance(in, from, to, lane.commons().tuning().sessionFunctions);
            if (glance >= 0) {
                effects = glance;
                found.add(glance);
                if (ofUnnamed) {
                    unnamed.suspect(Suspicion.of(glance));
                }
                return;
            }
        }
        SqlWalk walk = whole ? lane.walk() : new SqlWalk();
        walk.begin(lane.commons().tuning().sessionFunctions);
        walk.walk(in, from, to);
        if (whole) {
            if ((finish(walk, ofParse, ofUnnamed) & SessionEffects.ASK) != 0) {
                found.textIs(in, from, to);
            }
        } else {
            effects = walk.effects();
            cut = walk;
            cutParse = ofParse;
            cutUnnamed = ofUnnamed;
        }
    }

    /** More of the message that was looked at last; whether that was the end of a Query behind which something may be reset. */
    boolean rest(ByteBuffer in, int from, int to, boolean last) {
        SqlWalk walk = cut;
        if (walk != null) {
            walk.walk(in, from, to);
            if (last) {
                cut = null;
                finish(walk, cutParse, cutUnnamed);
                return !cutParse && ResetQuery.isIn(found);
            }
        }
        return false;
    }

    private int finish(SqlWalk walk, boolean ofParse, boolean ofUnnamed) {
        effects = walk.end();
        if (ofParse) {
            // The names that parameters have come with the Bind.
            Suspicion suspicion = walk.suspicion();
            found.add(suspicion);
            unnamed.suspect(ofUnnamed ? suspicion : Suspicion.NONE);
        } else {
            walk.addTo(found);
        }
        executes();
        return effects;
    }

    /** Where a statement that was prepared by SQL is used: notes what one of the client's may do. */
    private void executes() {
        if ((effects & SessionEffects.EXECUTE) == 0) {
            return;
        }
        Carried known = link.client().vars().carrying().statements();
        ServerSession server = link.server();
        if (known == Carried.NONE || (server != null && (server.inquiry().pins() & Pins.PREPARED) != 0)) {
            unseen();
            return;
        }
        SessionFunctions functions = lane.commons().tuning().sessionFunctions;
        if (known != executed || functions != executedBy) {
            executed = known;
            executedBy = functions;
            ofExecuted = Suspicion.NONE;
            known.forEach((name, text) -> ofExecuted = ofExecuted.plus(SqlPrepare.suspicion(text, functions)));
        }
        effects |= ofExecuted.effects();
        found.add(ofExecuted);
    }

    /** A Bind of what may have been prepared by SQL. */
    void bindUnknown() {
        if (on && link.client().vars().carrying().statements() != Carried.NONE) {
            effects = SessionEffects.EXECUTE;
            found.add(effects);
            executes();
        }
    }

    /** A Close of what was prepared by SQL. */
    void closeOfSql() {
        if (on) {
            effects = SessionEffects.DEALLOCATE;
            found.add(effects);
        }
    }

    /** A Bind of the unnamed statement, whose name ends at {@code nameEnd}; {@code fresh}: its Parse stands before it in the same segment. */
    void bindUnnamed(ByteBuffer in, int nameEnd, int frameEnd, int end, boolean fresh) {
        if (on) {
            bind(unnamed.suspicion(fresh), in, nameEnd, frameEnd, end);
        }
    }

    /** A Parse or a Bind of a statement whose text is known. */
    void named(PreparedStatement statement, boolean bind, ByteBuffer in, int nameEnd, int frameEnd, int end) {
        if (on) {
            Suspicion suspicion = statement.suspicion(lane.commons().tuning().sessionFunctions);
            if ((suspicion.effects() & SessionEffects.ASK) != 0) {
                found.textIs(ByteBuffer.wrap(statement.body()), 0, Math.max(0, Frames.zero(statement.body(), 0)));
            }
            if (bind) {
                bind(suspicion, in, nameEnd, frameEnd, end);
            } else {
                effects = suspicion.effects();
                found.add(suspicion);
                executes();
            }
        }
    }

    private void bind(Suspicion suspicion, ByteBuffer in, int nameEnd, int frameEnd, int end) {
        if (suspicion.isNone()) {
            return;
        }
        effects = suspicion.effects();
        found.add(suspicion);
        executes();
        if (!suspicion.parameters().isEmpty()) {
            BoundNames.read(in, nameEnd + 1, Math.min(frameEnd, end), suspicion.parameters(), found);
        }
    }

    /** The client comes from another process, which did not tell what it may have done. */
    void restored() {
        unnamed.suspectAnything();
        found.add(Suspicion.ANYTHING);
    }

    /** Something whose text nobody has seen. */
    void unseen() {
        if (on) {
            effects |= Suspicion.ANYTHING.effects();
            found.add(Suspicion.ANYTHING);
        }
    }
}
