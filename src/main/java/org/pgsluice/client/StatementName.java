package org.pgsluice.client;

import static org.pgsluice.wire.FrontendTag.BIND;
import static org.pgsluice.wire.FrontendTag.PARSE;

import java.nio.ByteBuffer;
import org.pgsluice.wire.Frames;

/** Finds the name of a statement in a Parse, Bind, Describe or Close. One of them is used for message after message. */
final class StatementName {
    /** It names no statement: it is about a portal. */
    static final int NONE = -1;

    /** It is about the unnamed statement. */
    static final int UNNAMED = -2;

    /** PostgreSQL will refuse the message. */
    static final int BROKEN = -3;

    /** The name does not end where any name would. */
    static final int ENDLESS = -4;

    /** PostgreSQL takes a name in a Parse and a Bind whatever its length; drivers make short ones. */
    private static final int LONGEST = 64 * 1024;

    private int from;
    private int to;
    private int frameEnd;

    /**
     * Looks at the message at {@code at}, of which what is before {@code end} is here.
     *
     * @return one of the constants; how many bytes must be here to tell; or 0 when there is a name, see {@link #from} and {@link #to}, and all of the message
     *     that is needed
     */
    int find(ByteBuffer in, int at, int end, byte tag) {
        int total = 1 + Frames.length(in, at);
        int here = Math.min(end, at + total);
        frameEnd = at + total;
        return switch (tag) {
            case PARSE -> ofParse(in, at, here, total);
            case BIND -> ofBind(in, at, here, total);
            default -> ofObject(in, at, here, total);
        };
    }

    private int ofParse(ByteBuffer in, int at, int here, int total) {
        from = at + Frames.HEADER;
        if (here <= from) {
            return total == Frames.HEADER ? BROKEN : Frames.HEADER + 1;
        }
        if (in.get(from) == 0) {
            to = from;
            return UNNAMED;
        }
        if (here < frameEnd) {
            return total;
        }
        to = Frames.zero(in, from, here);
        return to < 0 ? BROKEN : 0;
    }

    private int ofBind(ByteBuffer in, int at, int here, int total) {
        int portalEnd = Frames.zero(in, at + Frames.HEADER, here);
        from = portalEnd + 1;
        to = portalEnd < 0 ? -1 : Frames.zero(in, from, here);
        if (to < 0) {
            if (here == frameEnd) {
                return BROKEN;
            }
            // Names are short: what is here and as much again will do, a whole message need not be kept.
            return here - at > LONGEST ? ENDLESS : Math.min(total, Math.max(64, 2 * (here - at)));
        }
        return to == from ? UNNAMED : 0;
    }

    private int ofObject(ByteBuffer in, int at, int here, int total) {
        int kindAt = at + Frames.HEADER;
        if (here < frameEnd) {
            return total > LONGEST ? ENDLESS : total;
        }
        if (here == kindAt || (in.get(kindAt) != 'S' && in.get(kindAt) != 'P')) {
            return BROKEN;
        }
        from = kindAt + 1;
        to = Frames.zero(in, from, here);
        if (to != frameEnd - 1) {
            return BROKEN;
        }
        return in.get(kindAt) == 'P' ? NONE : to == from ? UNNAMED : 0;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    int frameEnd() {
        return frameEnd;
    }

    /** How much of the message is still to come after {@code upTo}. */
    long left(int upTo) {
        return (long) frameEnd - upTo;
    }

    byte[] bytes(ByteBuffer in) {
        byte[] name = new byte[to - from];
        in.get(from, name);
        return name;
    }

    /** What stands behind the name of a Parse that is here whole: the query and its parameter types. */
    byte[] body(ByteBuffer in) {
        byte[] body = new byte[frameEnd - to - 1];
        in.get(to + 1, body);
        return body;
    }
}
