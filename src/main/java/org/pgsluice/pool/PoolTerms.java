package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.PoolMode;
import org.pgsluice.config.Settings;
import org.pgsluice.config.StateMode;
import org.pgsluice.config.UserConfig;

/**
 * What the configuration says of one pool: user before database before global. Taken out of it once, since each transaction asks for it several times. Times
 * are nanoseconds. Immutable.
 */
public final class PoolTerms {
    private static final long MILLI = 1_000_000;

    /** When its clients give their servers back. */
    public final PoolMode mode;
    /** What follows its clients from server to server. */
    public final StateMode state;
    /** How many servers it may have; 0 for no limit. */
    public final int size;
    /** How many more once a client has waited for reserve_pool_timeout. */
    public final int reserveSize;
    /** How many of its servers may stay with clients for what their sessions have, less than 0 for no limit. By default half of its size, rounded up. */
    public final int maxPinned;
    /** Queries of its clients that take so long are logged; {@link Long#MAX_VALUE} for none. */
    public final long slowQueryNanos;
    /** Waits for its servers that take so long are logged; {@link Long#MAX_VALUE} for none. */
    public final long slowWaitNanos;

    final long serverLifetimeNanos;
    final long reserveTimeoutNanos;
    /** Of its idle servers the one that has rested longest is next, not the one that has just been used. */
    final boolean oldestFirst;

    private final Config config;
    private final @Nullable UserConfig ofUser;
    private final DatabaseConfig ofDatabase;

    PoolTerms(Config config, User user, Database database) {
        this.config = config;
        UserConfig own = user.config();
        ofUser = own;
        ofDatabase = database.config();
        mode = mode(own, ofDatabase, config);
        state = state(own, ofDatabase, config);
        size = counts(own == null ? null : own.poolSize(), database.poolSize(config));
        reserveSize = counts(own == null ? null : own.reservePoolSize(), database.reservePoolSize(config));
        int pinned = counts(own == null ? null : own.maxPinnedServers(), Database.orGlobal(ofDatabase.maxPinnedServers(), config, Settings.MAX_PINNED_SERVERS));
        maxPinned = pinned >= 0 ? pinned : size <= 0 ? -1 : (size + 1) / 2;
        int slowQuery = Database.orGlobal(ofDatabase.logMinDurationQuery(), config, Settings.LOG_MIN_DURATION_QUERY);
        slowQueryNanos = nanos(counts(own == null ? null : own.logMinDurationQuery(), slowQuery));
        int slowWait = Database.orGlobal(ofDatabase.logMinDurationWait(), config, Settings.LOG_MIN_DURATION_WAIT);
        slowWaitNanos = nanos(counts(own == null ? null : own.logMinDurationWait(), slowWait));
        serverLifetimeNanos = database.serverLifetimeNanos(config);
        reserveTimeoutNanos = config.nanos(Settings.RESERVE_POOL_TIMEOUT);
        oldestFirst = config.on(Settings.SERVER_ROUND_ROBIN);
    }

    private static PoolMode mode(@Nullable UserConfig user, DatabaseConfig database, Config config) {
        PoolMode own = user == null ? null : user.poolMode();
        own = own == null ? database.poolMode() : own;
        own = own == null ? config.get(Settings.POOL_MODE) : own;
        return own == null ? PoolMode.SESSION : own;
    }

    /** What follows the clients of a pool that there may not be yet; a user or a database that is null has nothing of its own. */
    public static StateMode state(@Nullable UserConfig user, @Nullable DatabaseConfig database, Config config) {
        StateMode own = user == null ? null : user.sessionState();
        own = own == null && database != null ? database.sessionState() : own;
        own = own == null ? config.get(Settings.SESSION_STATE) : own;
        return own == null ? StateMode.CARRY : own;
    }

    private static int counts(@Nullable Integer own, int other) {
        return own == null ? other : own;
    }

    private static long nanos(int millis) {
        return millis < 0 ? Long.MAX_VALUE : millis * MILLI;
    }

    /** Whether they were taken out of these. */
    boolean areOf(Config global, @Nullable UserConfig user, DatabaseConfig database) {
        return config == global && ofUser == user && ofDatabase == database;
    }
}
