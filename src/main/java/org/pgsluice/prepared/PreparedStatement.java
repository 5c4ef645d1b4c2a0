package org.pgsluice.prepared;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pgsluice.sql.SessionFunctions;
import org.pgsluice.sql.SqlWalk;
import org.pgsluice.sql.Suspicion;
import org.pgsluice.wire.Frames;

/**
 * One text of a query with its parameter types, as any number of clients have named it who have it read alike. Servers know it under {@link #serverName},
 * whichever client prepared it first. Immutable but for the count of its users, which the catalog guards, and where it was accepted.
 */
public final class PreparedStatement {
    private static final String PREFIX = "PGBOUNCER_";
    private static final byte[] NOBODYS = (PREFIX + 0).getBytes(StandardCharsets.US_ASCII);

    private static final int MOST_GROUNDS = 16;

    private final byte[] body;
    private final Object reading;
    private final int hash;
    private final byte[] serverName;
    private final boolean forgets;
    int users;
    private volatile Object[] proven = {};
    private volatile @Nullable Suspected suspected;

    /** What the text may do to a session, as far as those functions go. */
    private record Suspected(SessionFunctions functions, Suspicion suspicion) {}

    PreparedStatement(long id, byte[] body, Object reading) {
        this.body = body;
        this.reading = reading;
        this.hash = hash(body, reading);
        this.forgets = Deallocations.begins(ByteBuffer.wrap(body), 0, Math.max(0, Frames.zero(body, 0)));
        this.serverName = (PREFIX + id).getBytes(StandardCharsets.US_ASCII);
    }

    /** The number in a name that servers know, 0 when it is no such name. */
    static long id(String serverName) {
        try {
            return serverName.startsWith(PREFIX) ? Long.parseLong(serverName, PREFIX.length(), serverName.length(), 10) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** What stands behind the name in a Parse message: the query, a zero, the parameter types. Not to be changed. */
    public byte[] body() {
        return body;
    }

    /** By what its server read the text, such as a DateStyle; compared by equals. */
    public Object reading() {
        return reading;
    }

    private static int hash(byte[] body, Object reading) {
        return 31 * Arrays.hashCode(body) + reading.hashCode();
    }

    /**
     * Whether this text was accepted on that ground, and not refused there since.
     *
     * @param ground what a text's acceptance depends on: the pool, and the schemas that are searched; compared by equals
     */
    public boolean isProvenOn(Object ground) {
        for (Object accepted : proven) {
            if (accepted.equals(ground)) {
                return true;
            }
        }
        return false;
    }

    /** A server has accepted this text. Any thread. */
    public void provenOn(Object ground) {
        if (!isProvenOn(ground)) {
            synchronized (this) {
                Object[] before = proven;
                Object[] after = before.length < MOST_GROUNDS ? Arrays.copyOf(before, before.length + 1) : before.clone();
                after[after.length - 1] = ground;
                proven = after;
            }
        }
    }

    /** A server has refused this text. Any thread. */
    public void refusedOn(Object ground) {
        synchronized (this) {
            proven = Arrays.stream(proven).filter(accepted -> !accepted.equals(ground)).toArray();
        }
    }

    /** Whether it makes the session forget prepared statements. */
    public boolean forgets() {
        return forgets;
    }

    /** What it may do to the session that executes it. Looked into once. Any thread. */
    public Suspicion suspicion(SessionFunctions functions) {
        Suspected known = suspected;
        if (known == null || known.functions != functions) {
            known = new Suspected(functions, SqlWalk.of(ByteBuffer.wrap(body), 0, Math.max(0, Frames.zero(body, 0)), functions));
            suspected = known;
        }
        return known.suspicion;
    }

    /** The name on servers, without the terminating zero. Not to be changed. */
    public byte[] serverName() {
        return serverName;
    }

    /** A name that no server ever knows a statement by. Not to be changed. */
    public static byte[] nobodysName() {
        return NOBODYS;
    }

    /** Whether a name, as it stands in a message, is one that servers may know a statement by: no client may use it as its own. */
    public static boolean isServerName(ByteBuffer in, int from, int to) {
        if (to - from < PREFIX.length()) {
            return false;
        }
        for (int i = 0; i < PREFIX.length(); i++) {
            if (in.get(from + i) != PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return new String(serverName, StandardCharsets.US_ASCII);
    }

    /** Key of the catalog: equal by content and reading. Its order lets a map find its way among texts that were made to have the same hash. */
    static final class Text implements Comparable<Text> {
        private final byte[] body;
        private final Object reading;
        private final int hash;

        Text(byte[] body, Object reading) {
            this.body = body;
            this.reading = reading;
            this.hash = hash(body, reading);
        }

        Text(PreparedStatement statement) {
            this.body = statement.body;
            this.reading = statement.reading;
            this.hash = statement.hash;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Text text && hash == text.hash && Arrays.equals(body, text.body) && reading.equals(text.reading);
        }

        @Override
        public int compareTo(Text other) {
            return Arrays.compare(body, other.body);
        }
    }
}
