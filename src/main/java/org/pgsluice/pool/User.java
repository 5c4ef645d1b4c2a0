package org.pgsluice.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;
import org.pgsluice.config.UserConfig;

/** A user name that the process has met, with its settings and counts over all databases. Counts change only inside the books. */
public final class User {
    private final String name;
    private volatile @Nullable UserConfig config;
    final List<Pool> pools = new ArrayList<>();
    /** Sessions of PostgreSQL, reserved ones too. */
    final Limit servers = new Limit(this::maxConnections);
    /** Clients that logged in or are at it. */
    final Limit clients = new Limit(this::maxClientConnections);

    User(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Its entry of [users], or null. */
    public @Nullable UserConfig config() {
        return config;
    }

    void config(@Nullable UserConfig next) {
        config = next;
    }

    /** A moment old outside the books. */
    public int serverCount() {
        return servers.count();
    }

    /** A moment old outside the books. */
    public int clientCount() {
        return clients.count();
    }

    public int maxConnections(Config global) {
        UserConfig own = config;
        return Database.orGlobal(own == null ? null : own.maxUserConnections(), global, Settings.MAX_USER_CONNECTIONS);
    }

    public int maxClientConnections(Config global) {
        UserConfig own = config;
        return Database.orGlobal(own == null ? null : own.maxUserClientConnections(), global, Settings.MAX_USER_CLIENT_CONNECTIONS);
    }

    /** Nanoseconds; 0 for none. */
    public long queryTimeoutNanos(Config global) {
        UserConfig own = config;
        return orGlobal(own == null ? null : own.queryTimeout(), global, Settings.QUERY_TIMEOUT);
    }

    /** Nanoseconds; 0 for none. */
    public long idleTransactionTimeoutNanos(Config global) {
        UserConfig own = config;
        return orGlobal(own == null ? null : own.idleTransactionTimeout(), global, Settings.IDLE_TRANSACTION_TIMEOUT);
    }

    /** Nanoseconds; 0 for none. */
    public long transactionTimeoutNanos(Config global) {
        UserConfig own = config;
        return orGlobal(own == null ? null : own.transactionTimeout(), global, Settings.TRANSACTION_TIMEOUT);
    }

    /** Nanoseconds; 0 for none. */
    public long clientIdleTimeoutNanos(Config global) {
        UserConfig own = config;
        return orGlobal(own == null ? null : own.clientIdleTimeout(), global, Settings.CLIENT_IDLE_TIMEOUT);
    }

    /** Nanoseconds; 0 for none. A user's or database's explicit 0 overrides. */
    public long queryWaitTimeoutNanos(Config global, Database database) {
        UserConfig own = config;
        if (own != null && own.queryWaitTimeout() != null) {
            return own.queryWaitTimeout().toNanos();
        }
        Duration ofDatabase = database.config().queryWaitTimeout();
        return ofDatabase != null ? ofDatabase.toNanos() : global.nanos(Settings.QUERY_WAIT_TIMEOUT);
    }

    private static long orGlobal(@Nullable Duration own, Config global, Setting<Duration> setting) {
        return own == null ? global.nanos(setting) : own.toNanos();
    }

    @Override
    public String toString() {
        return name;
    }
}
