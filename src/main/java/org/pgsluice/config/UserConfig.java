package org.pgsluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One line of {@code [users]}. A null component was not given. Sizes below zero count as not given. Times are whole seconds. */
public record UserConfig(
        String name,
        @Nullable PoolMode poolMode,
        @Nullable Integer poolSize,
        @Nullable Integer reservePoolSize,
        @Nullable Integer maxUserConnections,
        @Nullable Integer maxUserClientConnections,
        @Nullable Duration queryTimeout,
        @Nullable Duration queryWaitTimeout,
        @Nullable Duration idleTransactionTimeout,
        @Nullable Duration transactionTimeout,
        @Nullable Duration clientIdleTimeout) {

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
