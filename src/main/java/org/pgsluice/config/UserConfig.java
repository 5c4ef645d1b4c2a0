package org.pgsluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One line of {@code [users]}. What was not given, or in a way that counts as not given ({@link EntryKeys}), is null. Times are whole seconds. */
public record UserConfig(String name, EntryValues values) {
    public @Nullable PoolMode poolMode() {
        return values.get(EntryKeys.USER_POOL_MODE);
    }

    public @Nullable Integer maxPinnedServers() {
        return values.get(EntryKeys.USER_MAX_PINNED_SERVERS);
    }

    /** Milliseconds, -1 for never. */
    public @Nullable Integer logMinDurationWait() {
        return values.get(EntryKeys.USER_LOG_MIN_DURATION_WAIT);
    }

    /** Milliseconds, -1 for never. */
    public @Nullable Integer logMinDurationQuery() {
        return values.get(EntryKeys.USER_LOG_MIN_DURATION_QUERY);
    }

    public @Nullable StateMode sessionState() {
        return values.get(EntryKeys.USER_SESSION_STATE);
    }

    public @Nullable Integer poolSize() {
        return values.get(EntryKeys.USER_POOL_SIZE);
    }

    public @Nullable Integer reservePoolSize() {
        return values.get(EntryKeys.USER_RESERVE_POOL_SIZE);
    }

    public @Nullable Integer maxUserConnections() {
        return values.get(EntryKeys.MAX_USER_CONNECTIONS);
    }

    public @Nullable Integer maxUserClientConnections() {
        return values.get(EntryKeys.MAX_USER_CLIENT_CONNECTIONS);
    }

    public @Nullable Duration queryTimeout() {
        return values.get(EntryKeys.QUERY_TIMEOUT);
    }

    /** 0 for no limit, whatever the setting and the database say. */
    public @Nullable Duration queryWaitTimeout() {
        return values.get(EntryKeys.USER_QUERY_WAIT_TIMEOUT);
    }

    public @Nullable Duration idleTransactionTimeout() {
        return values.get(EntryKeys.IDLE_TRANSACTION_TIMEOUT);
    }

    public @Nullable Duration transactionTimeout() {
        return values.get(EntryKeys.TRANSACTION_TIMEOUT);
    }

    public @Nullable Duration clientIdleTimeout() {
        return values.get(EntryKeys.CLIENT_IDLE_TIMEOUT);
    }

    /** Reads the settings of a user. */
    public static UserConfig parse(String name, String settings) throws ConfigException {
        EntryReader reader = EntryReader.ofUser(settings);
        UserConfig parsed = reader.user(name);
        if (parsed == null) {
            throw new ConfigException(Problems.badEntry(new IniFile.Value("user", 0, name, settings), "users", reader));
        }
        return parsed;
    }
}
