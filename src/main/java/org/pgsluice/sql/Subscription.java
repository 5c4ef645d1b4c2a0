package org.pgsluice.sql;

import java.util.Arrays;

/**
 * A LISTEN or an UNLISTEN, in the order of the text.
 *
 * @param channel the channel's name as PostgreSQL reads it: unquoted names in lower case, at most 63 bytes; empty for UNLISTEN of all
 */
@SuppressWarnings("ArrayRecordComponent") // equality is that of the bytes, below
public record Subscription(Kind kind, byte[] channel) {
    /** What becomes of the subscription. */
    public enum Kind {
        LISTEN,
        UNLISTEN,
        UNLISTEN_ALL
    }

    static final Subscription OF_ALL = new Subscription(Kind.UNLISTEN_ALL, new byte[0]);

    @Override
    public boolean equals(Object other) {
        return other instanceof Subscription that && kind == that.kind && Arrays.equals(channel, that.channel);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + Arrays.hashCode(channel);
    }
}
