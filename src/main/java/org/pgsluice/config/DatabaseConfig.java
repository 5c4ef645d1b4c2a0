package org.pgsluice.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line of {@code [databases]}. What was not given, or in a way that counts as not given ({@link EntryKeys}), is null. Times are whole seconds. */
public record DatabaseConfig(String name, EntryValues values) {
    static final int DEFAULT_PORT = 5432;

    /** In the order of the file; empty: the Unix socket in unix_socket_dir. */
    public List<String> hosts() {
        List<String> given = values.get(EntryKeys.HOST);
        return given == null ? List.of() : given;
    }

    public @Nullable Integer port() {
        return values.get(EntryKeys.PORT);
    }

    /** The name on the server, if it is not {@link #name}: see {@link #serverDbname}. */
    public @Nullable String dbname() {
        return values.get(EntryKeys.DBNAME);
    }

    public @Nullable String user() {
        return values.get(EntryKeys.USER);
    }

    public @Nullable Secret password() {
        return values.get(EntryKeys.PASSWORD);
    }

    public @Nullable String authUser() {
        return values.get(EntryKeys.AUTH_USER);
    }

    public @Nullable String authQuery() {
        return values.get(EntryKeys.AUTH_QUERY);
    }

    public @Nullable String authDbname() {
        return values.get(EntryKeys.AUTH_DBNAME);
    }

    public @Nullable String clientEncoding() {
        return values.get(EntryKeys.CLIENT_ENCODING);
    }

    public @Nullable String datestyle() {
        return values.get(EntryKeys.DATESTYLE);
    }

    public @Nullable String timezone() {
        return values.get(EntryKeys.TIMEZONE);
    }

    public @Nullable String applicationName() {
        return values.get(EntryKeys.APPLICATION_NAME);
    }

    public @Nullable Integer poolSize() {
        return values.get(EntryKeys.POOL_SIZE);
    }

    public @Nullable Integer minPoolSize() {
        return values.get(EntryKeys.MIN_POOL_SIZE);
    }

    public @Nullable Integer reservePoolSize() {
        return values.get(EntryKeys.RESERVE_POOL_SIZE);
    }

    public @Nullable PoolMode poolMode() {
        return values.get(EntryKeys.POOL_MODE);
    }

    public @Nullable Integer maxPinnedServers() {
        return values.get(EntryKeys.MAX_PINNED_SERVERS);
    }

    /** Milliseconds, -1 for never. */
    public @Nullable Integer logMinDurationWait() {
        return values.get(EntryKeys.LOG_MIN_DURATION_WAIT);
    }

    /** Milliseconds, -1 for never. */
    public @Nullable Integer logMinDurationQuery() {
        return values.get(EntryKeys.LOG_MIN_DURATION_QUERY);
    }

    public @Nullable StateMode sessionState() {
        return values.get(EntryKeys.SESSION_STATE);
    }

    public @Nullable String connectQuery() {
        return values.get(EntryKeys.CONNECT_QUERY);
    }

    public @Nullable Integer maxDbConnections() {
        return values.get(EntryKeys.MAX_DB_CONNECTIONS);
    }

    public @Nullable Integer maxDbClientConnections() {
        return values.get(EntryKeys.MAX_DB_CLIENT_CONNECTIONS);
    }

    public @Nullable Duration serverLifetime() {
        return values.get(EntryKeys.SERVER_LIFETIME);
    }

    public @Nullable LoadBalanceHosts loadBalanceHosts() {
        return values.get(EntryKeys.LOAD_BALANCE_HOSTS);
    }

    /** 0 for no limit, whatever the setting says. */
    public @Nullable Duration queryWaitTimeout() {
        return values.get(EntryKeys.QUERY_WAIT_TIMEOUT);
    }

    /** The database to name in the startup packet to the server. */
    public String serverDbname() {
        String dbname = dbname();
        return dbname == null ? name : dbname;
    }

    /** The port, 5432 when none is given. */
    public int serverPort() {
        Integer port = port();
        return port == null ? DEFAULT_PORT : port;
    }

    /** Where its server connections lead. */
    public ServerIdentity serverIdentity() {
        return ServerIdentity.of(this);
    }

    /** This entry under another name: what the {@code *} entry becomes when a client asks for a database that has none. */
    public DatabaseConfig forName(String newName) {
        return new DatabaseConfig(newName, values);
    }

    /** This entry with the forced user of another: a live database does not lose its user. */
    DatabaseConfig withUserOf(DatabaseConfig other) {
        return new DatabaseConfig(name, values.with(other.values, EntryKeys.USER, EntryKeys.PASSWORD));
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
