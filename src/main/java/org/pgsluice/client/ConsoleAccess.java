package org.pgsluice.client;

import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.net.Connection;
import org.pgsluice.pool.Registry;

/** Who may use the console, and as what. Manual of the settings: admin_users, stats_users. */
final class ConsoleAccess {
    private ConsoleAccess() {}

    /** The operating system's user that runs this process, over a unix socket: an admin whatever the settings are. */
    static boolean isOwnUser(String userName, Connection connection, ClientServices services) {
        return userName.equals(Registry.CONSOLE) && connection.isUnix() && services.isOwnUser(connection.peerCredentials().uid());
    }

    static boolean isAdmin(String userName, Config config) {
        return config.list(Settings.ADMIN_USERS).contains(userName);
    }

    static boolean isStats(String userName, Config config) {
        return config.list(Settings.STATS_USERS).contains(userName);
    }
}
