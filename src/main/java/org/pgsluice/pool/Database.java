package org.pgsluice.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;

/**
 * A database of the configuration (or one that {@code *} stood for) while the process runs: its current entry, its counts and what the console did to it.
 * Counts change only inside the books; the flags are read on any thread.
 */
public final class Database {
    private final String name;
    private final boolean automatic;
    private volatile DatabaseConfig config;
    private volatile boolean paused;
    private volatile boolean disabled;
    private volatile boolean removed;
    /** Whether a client has proven itself for it; in an automatic one's first moments it may be there only to be asked for secrets. */
    boolean proven;
    final List<Pool> pools = new ArrayList<>();
    /** Sessions of PostgreSQL, reserved ones too. */
    final Limit servers = new Limit(this::maxConnections);
    /** Clients that logged in or are at it. */
    final Limit clients = new Limit(this::maxClientConnections);
    long emptySinceNanos;
    Database(DatabaseConfig config, boolean automatic) {
        this.name = config.name();
        this.config = config;
        this.automatic = automatic;
    }

    public String name() {
        return name;
    }

    /** Whether it was registered through the {@code *} entry. */
    public boolean automatic() {
        return automatic;
    }

    public DatabaseConfig config() {
        return config;
    }

    void config(DatabaseConfig next) {
        config = next;
    }

    /** Clients that need a server wait (PAUSE, KILL). */
    public boolean paused() {
        return paused;
    }

    public void paused(boolean on) {
        paused = on;
    }

    /** New logins are refused (DISABLE). */
    public boolean disabled() {
        return disabled;
    }

    public void disabled(boolean on) {
        disabled = on;
    }

    /** Whether a reload took it out of the configuration. */
    public boolean removed() {
        return removed;
    }

    void remove() {
        removed = true;
    }

    /** Server connections of all its pools, those for cancel requests too. A moment old outside the books. */
    public int serverCount() {
        return servers.count();
    }

    /** Clients that logged in or are at it. A moment old outside the books. */
    public int clientCount() {
        return clients.count();
    }

    /** The user that all its servers log in as, or null. */
    public @Nullable String forcedUser() {
        return config.user();
    }

    public int maxConnections(Config global) {
        return orGlobal(config.maxDbConnections(), global, Settings.MAX_DB_CONNECTIONS);
    }

    public int maxClientConnections(Config global) {
        return orGlobal(config.maxDbClientConnections(), global, Settings.MAX_DB_CLIENT_CONNECTIONS);
    }

    public int minPoolSize(Config global) {
        Integer own = config.minPoolSize();
        return own == null ? global.integer(Settings.MIN_POOL_SIZE) : own;
    }

    public int poolSize(Config global) {
        Integer own = config.poolSize();
        return own == null ? global.integer(Settings.DEFAULT_POOL_SIZE) : own;
    }

    public int reservePoolSize(Config global) {
        Integer own = config.reservePoolSize();
        return own == null ? global.integer(Settings.RESERVE_POOL_SIZE) : own;
    }

    /** Nanoseconds. */
    public long serverLifetimeNanos(Config global) {
        Duration own = config.serverLifetime();
        return own == null ? global.nanos(Settings.SERVER_LIFETIME) : own.toNanos();
    }

    static int orGlobal(@Nullable Integer own, Config global, Setting<Integer> setting) {
        return own == null ? global.integer(setting) : own;
    }

    @Override
    public String toString() {
        return name;
    }
}
