package org.pgsluice.prepared;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One text of a query with its parameter types, as any number of clients have named it. Servers know it under {@link #serverName}, whichever client prepared it first.
 * Immutable but for the count of its users, which the catalog guards.
 */
public final class PreparedStatement {
    private static final String PREFIX = "PGBOUNCER_";

    private final byte[] body;
    private final int hash;
    private final byte[] serverName;
    int users;
    private volatile boolean proven;

    PreparedStatement(long id, byte[] body) {
        this.body = body;
        this.hash = Arrays.hashCode(body);
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

    /** Whether a server has accepted this text, and none has refused it since. */
    public boolean proven() {
        return proven;
    }

    /** A server has accepted this text, or refused it. Any thread. */
    public void proven(boolean accepted) {
        proven = accepted;
    }

    /** The name on servers, without the terminating zero. Not to be changed. */
    public byte[] serverName() {
        return serverName;
    }

    @Override
    public String toString() {
        return new String(serverName, StandardCharsets.US_ASCII);
    }

    /** Key of the catalog: equal by content. */
    static final class Text {
        private final byte[] body;
        private final int hash;

        Text(byte[] body) {
            this.body = body;
            this.hash = Arrays.hashCode(body);
        }

        Text(PreparedStatement statement) {
            this.body = statement.body;
            this.hash = statement.hash;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Text text && hash == text.hash && Arrays.equals(body, text.body);
        }
    }
}
