package org.pgsluice.server;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.prepared.ClientStatements;
import org.pgsluice.prepared.HandedStatements;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.prepared.ServerStatements;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

/**
 * What one message under way does to names, and how that is undone. Of {@link StatementJournal}. A Close keeps a use of its statement until it is known what
 * became of it.
 */
final class Effect {
    enum Kind {
        PARSE,
        CLOSE
    }

    final Kind kind;
    final int segment;
    final PreparedStatement statement;
    /** Whether the server gets or loses it. */
    final boolean onServer;
    /** The name that the client gives or takes; null when it does neither. */
    final byte @Nullable [] name;
    /** A Close whose statement was forgotten by other means meanwhile: it has nothing to undo. */
    boolean forgotten;

    Effect(Kind kind, int segment, PreparedStatement statement, boolean onServer, byte @Nullable [] name) {
        this.kind = kind;
        this.segment = segment;
        this.statement = statement;
        this.onServer = onServer;
        this.name = name;
    }

    /** Either side may be null: then it is not touched. */
    void apply(@Nullable ServerStatements present, @Nullable ClientStatements names) {
        if (kind == Kind.PARSE) {
            add(present, names);
        } else {
            remove(present, names);
        }
    }

    void undo(ServerStatements present, @Nullable ClientStatements names) {
        if (kind == Kind.PARSE) {
            remove(present, names);
        } else if (!forgotten) {
            add(present, names);
        }
    }

    boolean isOf(ByteBuffer in, int from, int to) {
        byte[] own = name;
        return own != null && ClientStatements.isSame(own, in, from, to);
    }

    void write(HandoverWriter out, HandedStatements handed) {
        out.flag(kind == Kind.CLOSE).number(segment).flag(onServer).flag(forgotten).flag(name != null);
        if (name != null) {
            out.bytes(name);
        }
        handed.write(statement, out);
    }

    static Effect read(HandoverReader in, HandedStatements handed) {
        Kind kind = in.flag() ? Kind.CLOSE : Kind.PARSE;
        int segment = (int) in.number();
        boolean onServer = in.flag();
        boolean forgotten = in.flag();
        byte[] name = in.flag() ? in.bytes() : null;
        Effect effect = new Effect(kind, segment, handed.read(in), onServer, name);
        effect.forgotten = forgotten;
        return effect;
    }

    private void add(@Nullable ServerStatements present, @Nullable ClientStatements names) {
        if (onServer && present != null) {
            present.add(statement);
        }
        byte[] own = name;
        if (own != null && names != null) {
            names.put(own, statement, !onServer && kind == Kind.PARSE);
        }
    }

    private void remove(@Nullable ServerStatements present, @Nullable ClientStatements names) {
        if (onServer && present != null) {
            present.remove(statement);
        }
        byte[] own = name;
        if (own != null && names != null) {
            names.remove(ByteBuffer.wrap(own), 0, own.length);
        }
    }
}
