package org.pgsluice.pool;

import java.util.Map;

/**
 * What a client that replicates wants of its server, which is opened for it alone. Immutable.
 *
 * @param physical the WAL itself; otherwise logical replication, in which SQL runs too
 * @param parameters of the server's startup packet, beside user and database, by name; values one char a byte
 */
public record ReplicationRequest(boolean physical, Map<String, String> parameters) {
    public ReplicationRequest {
        parameters = Map.copyOf(parameters);
    }

    /** The word in PgBouncer's log lines, which PostgreSQL takes for {@code replication}. */
    public String word() {
        return physical ? "yes" : "database";
    }
}
