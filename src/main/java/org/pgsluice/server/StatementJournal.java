package org.pgsluice.server;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pgsluice.prepared.ClientStatements;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.prepared.ServerStatements;
import org.pgsluice.prepared.StatementCatalog;
import org.pgsluice.prepared.UnnamedStatement;
import org.pgsluice.vars.TrackedVars;

/**
 * What the messages under way do to the names of statements, the server's and its client's. An effect is applied when its message goes out, as if all went
 * well. The reply ledger says what became of it: it holds, or it is undone, the last first. What a segment (the messages up to a Sync) does not know for sure,
 * because it is under way in an earlier one, it must wait for: see {@link #waits}. On the server's reactor.
 */
public final class StatementJournal implements ReplyEffects {
    /** So many effects of earlier segments are looked through for one message; with more of them it waits. */
    private static final int MOST_LOOKED_AT = 64;

    private final ServerStatements present;
    private final StatementCatalog catalog;
    private final long server;
    private final Supplier<Object> ground;
    final ArrayDeque<Effect> underWay = new ArrayDeque<>(0);
    /** What the server has parsed since it was ready last. */
    private final ArrayDeque<Effect> parsed = new ArrayDeque<>(0);
    private @Nullable ClientStatements names;
    private @Nullable UnnamedStatement unnamed;
    /** Whose unnamed statement the server has; null when it has none, or a client's that is not known. */
    private @Nullable UnnamedStatement unnamedOf;
    private boolean unnamedAbsent = true;
    private boolean inDoubt;

    /**
     * @param server the server's id
     * @param ground where its texts are accepted; see {@link PreparedStatement#provenOn}
     */
    StatementJournal(ServerStatements present, StatementCatalog catalog, long server, Supplier<Object> ground) {
        this.present = present;
        this.catalog = catalog;
        this.server = server;
        this.ground = ground;
    }

    /** The client that the server serves from now on; null for none. */
    public void serves(@Nullable UnnamedStatement clients) {
        unnamed = clients;
        if (clients == null) {
            names = null;
        }
    }

    /** The same in another process, which the client's names have come to as well: what is under way may touch them. */
    public void goesOn(UnnamedStatement clients, ClientStatements of) {
        unnamed = clients;
        names = of;
    }

    /** Takes in an effect that is under way from another process. */
    void restore(Effect effect) {
        underWay.add(effect);
        if (effect.kind == Effect.Kind.CLOSE && !effect.forgotten) {
            catalog.share(effect.statement);
        }
    }

    /** The server comes from another process: whose unnamed statement it has is not known. */
    void unnamedUnknown() {
        unnamedAbsent = false;
    }

    // ---------------------------------------------------------------- requests

    /**
     * A Parse goes out, or is to be answered in its turn.
     *
     * @param onServer whether it goes to the server
     * @param of the client's names, when it is the client that prepares it: it calls it {@code name} from now on, and its use goes over to that name
     */
    public void parse(int segment, PreparedStatement statement, boolean onServer, @Nullable ClientStatements of, byte @Nullable [] name) {
        apply(new Effect(Effect.Kind.PARSE, segment, statement, onServer, name), of);
    }

    /** A Close of ours goes to the server. */
    public void close(int segment, PreparedStatement statement) {
        apply(new Effect(Effect.Kind.CLOSE, segment, catalog.share(statement), true, null), null);
    }

    /** The client's Close of a name is to be answered in its turn. */
    public void closeName(int segment, ClientStatements of, byte[] name) {
        PreparedStatement statement = of.detach(ByteBuffer.wrap(name), 0, name.length);
        if (statement == null) {
            throw new IllegalStateException("only a name that is known has an effect");
        }
        names = of;
        underWay.add(new Effect(Effect.Kind.CLOSE, segment, statement, false, name));
    }

    private void apply(Effect effect, @Nullable ClientStatements of) {
        if (of != null) {
            names = of;
        }
        effect.apply(present, names);
        underWay.add(effect);
    }

    /** Whether messages are under way that name or close statements. */
    public boolean hasUnderWay() {
        return !underWay.isEmpty();
    }

    /** Whether an earlier segment leaves open what that name of the client's means. */
    public boolean waits(int segment, ByteBuffer in, int from, int to) {
        if (underWay.isEmpty() || underWay.getFirst().segment == segment) {
            return false;
        }
        if (underWay.size() > MOST_LOOKED_AT) {
            return true;
        }
        for (Effect effect : underWay) {
            if (effect.segment != segment && effect.isOf(in, from, to)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an earlier segment leaves open if the server has that statement. */
    public boolean waits(int segment, PreparedStatement statement) {
        if (underWay.isEmpty() || underWay.getFirst().segment == segment) {
            return false;
        }
        for (Effect effect : underWay) {
            if (effect.segment != segment && effect.onServer && effect.statement == statement) {
                return true;
            }
        }
        return false;
    }

    /** The statement used longest ago, if the server has more than {@code most} and no earlier segment leaves open if it has that one; null otherwise. */
    public @Nullable PreparedStatement overflow(int segment, int most) {
        PreparedStatement old = present.overflow(most);
        return old == null || waits(segment, old) ? null : old;
    }

    /** Whether the server has the unnamed statement of its client. Only while nothing is under way. */
    public boolean hasUnnamed() {
        UnnamedStatement own = unnamed;
        return own != null && unnamedOf == own && own.isOn(server);
    }

    /** Whether the server has no unnamed statement. Only while nothing is under way. */
    public boolean lacksUnnamed() {
        return unnamedAbsent;
    }

    // ---------------------------------------------------------------- what became of them

    @Override
    public void done() {
        Effect effect = underWay.removeFirst();
        if (effect.kind == Effect.Kind.CLOSE) {
            release(effect);
        } else if (effect.onServer) {
            effect.statement.provenOn(ground.get());
            parsed.add(effect);
        }
    }

    /** The server is ready, and has said what it read the texts by: one that was read otherwise than we believed is another statement. */
    void ready(TrackedVars vars) {
        for (Effect effect = parsed.poll(); effect != null; effect = parsed.poll()) {
            PreparedStatement statement = effect.statement;
            Reading reading = Reading.of(statement.body(), vars);
            if (!statement.reading().equals(reading)) {
                stale(statement);
                byte[] name = effect.name;
                ClientStatements of = names;
                if (name != null && of != null && of.get(ByteBuffer.wrap(name), 0, name.length) == statement) {
                    of.replace(ByteBuffer.wrap(name), 0, name.length, catalog.acquire(statement.body(), reading));
                }
            }
        }
    }

    @Override
    public void failed() {
        Effect effect = underWay.getFirst();
        if (effect.kind == Effect.Kind.PARSE && effect.onServer) {
            effect.statement.refusedOn(ground.get());
        }
    }

    @Override
    public void undone(int count) {
        Effect[] undone = new Effect[count];
        for (int i = 0; i < count; i++) {
            undone[i] = underWay.removeFirst();
        }
        for (int i = count - 1; i >= 0; i--) {
            undone[i].undo(present, names);
            if (undone[i].kind == Effect.Kind.CLOSE && (undone[i].onServer || names == null)) {
                // Nobody has taken its use back.
                release(undone[i]);
            }
        }
    }

    private void release(Effect effect) {
        if (!effect.forgotten) {
            catalog.release(effect.statement);
        }
    }

    /** The server has forgotten all names, and so has its client when {@code of} is not null. What stands behind that in the journal is still to come. */
    public void forgotAll(@Nullable ClientStatements of) {
        present.clear();
        if (of != null) {
            for (Effect effect : underWay) {
                if (effect.kind == Effect.Kind.PARSE && effect.name != null) {
                    catalog.share(effect.statement);
                }
            }
            of.clear();
        }
        for (Effect effect : underWay) {
            if (effect.kind == Effect.Kind.PARSE) {
                effect.apply(effect.onServer ? present : null, effect.name == null ? null : of);
            } else if (effect.onServer || of != null) {
                release(effect);
                effect.forgotten = true;
            }
        }
    }

    /** The server did not have a statement as we believed: what it has is not known, and every Parse goes behind a Close. */
    void doubt() {
        inDoubt = true;
        forgotAll(null);
    }

    /** The server has that statement, and it is of no use any more. */
    void stale(PreparedStatement statement) {
        inDoubt = true;
        present.remove(statement);
    }

    /** Whether the server may have statements that are not known to be there. */
    public boolean isInDoubt() {
        return inDoubt;
    }

    /** The connection ends: nothing is undone any more. */
    void end() {
        for (Effect effect : underWay) {
            if (effect.kind == Effect.Kind.CLOSE) {
                release(effect);
            }
        }
        underWay.clear();
        parsed.clear();
        present.clear();
    }

    @Override
    public void unnamedParsed(boolean ours) {
        UnnamedStatement own = unnamed;
        unnamedOf = own;
        unnamedAbsent = false;
        if (own != null) {
            if (ours) {
                own.carried(server);
            } else {
                own.parsed(server);
            }
        }
    }

    @Override
    public void unnamedFailed(boolean ours) {
        UnnamedStatement own = unnamed;
        unnamedOf = null;
        unnamedAbsent = true;
        if (own != null && !ours) {
            own.failed();
        }
    }

    @Override
    public void unnamedSkipped() {
        UnnamedStatement own = unnamed;
        if (own != null) {
            own.skipped();
        }
    }

    @Override
    public void unnamedDestroyed(boolean ours) {
        UnnamedStatement own = unnamed;
        unnamedOf = null;
        unnamedAbsent = true;
        if (own != null && !ours) {
            own.destroyed();
        }
    }
}
