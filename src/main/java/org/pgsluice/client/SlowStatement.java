package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Fact;
import org.pgsluice.log.Level;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.PoolTerms;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.sql.Fingerprint;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;

/**
 * Which statement a client has running, and the lines for what takes long: log_min_duration_query and log_min_duration_wait. Where the first is off, nothing is
 * remembered and a query costs one comparison. Values of parameters are never looked at. On the client's reactor.
 */
final class SlowStatement {
    private static final long MILLI = 1_000_000;
    /** More of a text is not kept. */
    private static final int MOST = 2_048;
    private static final byte[] NONE = {};

    private final ClientSession client;
    private long threshold = Long.MAX_VALUE;
    private byte[] text = NONE;
    private int length;
    /** The text is that of the unnamed statement. */
    private boolean unnamed;
    /** The statement of the query that runs is known. */
    private boolean noted;

    SlowStatement(ClientSession client) {
        this.client = client;
    }

    /** What holds for the messages that come now. */
    void begin(PoolTerms terms) {
        threshold = terms.slowQueryNanos;
    }

    /** Whether the next message is to be looked at: the first statement of a query counts. */
    boolean wants() {
        return !noted && threshold != Long.MAX_VALUE;
    }

    /**
     * The message at {@code at} goes on to the server.
     *
     * @param ofUnnamed whether it is about the unnamed statement
     * @param named where its name was found, if it has one
     */
    void runs(ByteBuffer in, int at, int end, boolean ofUnnamed, NamedStatements named) {
        switch (in.get(at)) {
            case FrontendTag.QUERY -> textIs(in, at + Frames.HEADER, Math.min(end, at + 1 + Frames.length(in, at)), false);
            case FrontendTag.PARSE -> textIs(in, named.name().to() + 1, Math.min(end, named.name().frameEnd()), ofUnnamed);
            case FrontendTag.BIND -> bound(ofUnnamed ? null : named.named(in), ofUnnamed && unnamed);
            default -> {}
        }
    }

    /** @param known whether the text that is kept is the one that runs */
    private void bound(@Nullable PreparedStatement statement, boolean known) {
        if (statement != null) {
            byte[] body = statement.body();
            textIs(ByteBuffer.wrap(body), 0, body.length, false);
        } else if (!known) {
            length = 0;
        }
        noted = true;
    }

    /** Of a text that comes in pieces the first is kept. It ends with a zero, if that is here. */
    private void textIs(ByteBuffer in, int from, int to, boolean ofUnnamed) {
        int end = Math.min(to, from + MOST);
        if (text.length == 0) {
            text = new byte[MOST];
        }
        length = 0;
        while (from + length < end && in.get(from + length) != 0) {
            text[length] = in.get(from + length);
            length++;
        }
        noted = true;
        unnamed = ofUnnamed;
    }

    /** A query has been answered after so many nanoseconds; 0 for none. */
    void answered(long nanos) {
        if (nanos >= threshold && nanos > 0) {
            tell(nanos);
        }
        noted = false;
    }

    /** A client has its server, or is let in, after so many nanoseconds. */
    static void waited(ClientSession client, Pool pool, long nanos) {
        if (nanos >= pool.terms(client.books().config()).slowWaitNanos) {
            client.log(Level.LOG, "long wait for a server: " + nanos / MILLI + " ms", new Fact("wait_ms", nanos / MILLI));
        }
    }

    private void tell(long nanos) {
        String print = length == 0 ? "unknown" : Long.toHexString(Fingerprint.of(ByteBuffer.wrap(text), 0, length));
        String line = "slow query: " + nanos / MILLI + " ms, statement " + print;
        Fact duration = new Fact("duration_ms", nanos / MILLI);
        Fact fingerprint = new Fact("fingerprint", print);
        if (client.books().config().on(Settings.LOG_STATEMENT_TEXT) && length > 0) {
            String shown = new String(Arrays.copyOf(text, length), StandardCharsets.UTF_8);
            client.log(Level.LOG, line + ": " + shown, duration, fingerprint, new Fact("statement", shown));
        } else {
            client.log(Level.LOG, line, duration, fingerprint);
        }
    }
}
