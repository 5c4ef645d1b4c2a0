package org.pgsluice.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code [databases]}. A null component was not given. Sizes below zero count as not given, as in PgBouncer. Times are whole seconds; a
 * query_wait_timeout of 0 is a statement (no limit), not an absence.
 *
 * @param hosts in the order of the file; empty: the Unix socket in unix_socket_dir
 * @param dbname the name on the server, if it is not {@code name}: see {@link #serverDbname}
 */
public record DatabaseConfig(
        String name,
        List<String> hosts,
        @Nullable Integer port,
        @Nullable String dbname,
        @Nullable String user,
        @Nullable Secret password,
        @Nullable String authUser,
        @Nullable String authQuery,
        @Nullable String authDbname,
        @Nullable String clientEncoding,
        @Nullable String datestyle,
        @Nullable String timezone,
        @Nullable String applicationName,
        @Nullable Integer poolSize,
        @Nullable Integer minPoolSize,
        @Nullable Integer reservePoolSize,
        @Nullable PoolMode poolMode,
        @Nullable String connectQuery,
        @Nullable Integer maxDbConnections,
        @Nullable Integer maxDbClientConnections,
        @Nullable Duration serverLifetime,
        @Nullable LoadBalanceHosts loadBalanceHosts,
        @Nullable Duration queryWaitTimeout) {

    static final int DEFAULT_PORT = 5432;

    public DatabaseConfig {
        hosts = List.copyOf(hosts);
    }

    /** The database to name in the startup packet to the server. */
    public String serverDbname() {
        return dbname == null ? name : dbname;
    }

    /** The port, 5432 when none is given. */
    public int serverPort() {
        return port == null ? DEFAULT_PORT : port;
    }

    /** Where its server connections lead. */
    public ServerIdentity serverIdentity() {
        return ServerIdentity.of(this);
    }

    /** This entry under another name: what the {@code *} entry becomes when a client asks for a database that has none. */
    public DatabaseConfig forName(String newName) {
        return new DatabaseConfig(newName, hosts, port, dbname, user, password, authUser, authQuery, authDbname, clientEncoding, datestyle, timezone,
                applicationName, poolSize, minPoolSize, reservePoolSize, poolMode, connectQuery, maxDbConnections, maxDbClientConnections, serverLifetime,
                loadBalanceHosts, queryWaitTimeout);
    }

    /** This entry with the forced user of another: a live database does not lose its user. */
    DatabaseConfig withUserOf(DatabaseConfig other) {
        return new DatabaseConfig(name, hosts, port, dbname, other.user, other.password, authUser, authQuery, authDbname, clientEncoding, datestyle, timezone,
                applicationName, poolSize, minPoolSize, reservePoolSize, poolMode, connectQuery, maxDbConnections, maxDbClientConnections, serverLifetime,
                loadBalanceHosts, queryWaitTimeout);
    }

    /** Reads a connection string under a name; {@code *} is the fallback entry. */
    public static DatabaseConfig parse(String name, String connectionString) throws ConfigException {
        EntryReader reader = EntryReader.ofDatabase(connectionString);
        DatabaseConfig parsed = reader.database(name);
        if (parsed == null) {
            throw new ConfigException(Problems.badEntry(new IniFile.Value("database", 0, name, connectionString), "databases", reader));
        }
        return parsed;
    }
}
