package org.pgsluice.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the server connections of a database lead and how they are made, by meaning: a default that is written out is the same as one that is left out. Two
 * entries lead elsewhere exactly when their identities differ; then connections made under the one are of no use under the other.
 *
 * @param hosts in the order of the file; empty: the Unix socket
 * @param user whom all of them log in as, or null
 * @param balancing what it says of a list of hosts; of a single host it says nothing
 */
public record ServerIdentity(
        List<String> hosts,
        int port,
        String dbname,
        @Nullable String user,
        @Nullable String connectQuery,
        @Nullable String authDbname,
        @Nullable String authQuery,
        LoadBalanceHosts balancing) {

    static ServerIdentity of(DatabaseConfig entry) {
        LoadBalanceHosts given = entry.hosts().size() < 2 ? null : entry.loadBalanceHosts();
        return new ServerIdentity(
                entry.hosts(),
                entry.serverPort(),
                entry.serverDbname(),
                entry.user(),
                entry.connectQuery(),
                entry.authDbname(),
                entry.authQuery(),
                given == null ? LoadBalanceHosts.ROUND_ROBIN : given);
    }
}
