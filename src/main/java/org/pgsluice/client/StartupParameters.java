package org.pgsluice.client;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.net.Connection;
import org.pgsluice.server.Addresses;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.StartupPacket;

/**
 * What a client says of itself in its startup packet; the tracked parameters go to its variables.
 *
 * @param refusal why it is not served, in the words for the client; null when it is
 */
record StartupParameters(String database, String user, @Nullable String refusal) {
    static StartupParameters read(Map<String, String> given, TrackedVars vars, Config config, Connection connection) {
        List<String> ignored = config.list(Settings.IGNORE_STARTUP_PARAMETERS);
        String database = "";
        String user = "";
        for (Map.Entry<String, String> parameter : given.entrySet()) {
            String name = parameter.getKey();
            String value = parameter.getValue();
            String wrong = null;
            switch (name) {
                case "database" -> database = StartupPacket.utf8(value);
                case "user" -> user = StartupPacket.utf8(value);
                case "options" -> wrong = StartupOptions.read(value, vars, ignored);
                case "replication" -> wrong = asksForReplication(value) ? "replication connections are not supported" : null;
                default -> {
                    if (name.startsWith("_pq_.") || (vars.names().mayBeAsked(name, ignored) && vars.ask(name, value))) {
                        continue;
                    }
                    if (!TrackedNames.contains(ignored, name)) {
                        wrong = "unsupported startup parameter: " + name;
                    }
                }
            }
            if (wrong != null) {
                return new StartupParameters(database, user, wrong);
            }
        }
        if (config.on(Settings.APPLICATION_NAME_ADD_HOST)) {
            vars.ask("application_name", given.getOrDefault("application_name", "app") + " - " + where(connection, config));
        }
        return new StartupParameters(database.isEmpty() ? user : database, user, user.isEmpty() ? "no username supplied" : null);
    }

    private static boolean asksForReplication(String value) {
        return switch (value) {
            case "database", "true", "on", "yes", "1" -> true;
            default -> false;
        };
    }

    private static String where(Connection connection, Config config) {
        return connection.remoteAddress() instanceof InetSocketAddress inet
                ? Addresses.text(inet)
                : "unix(" + connection.peerCredentials().pid() + "):" + config.integer(Settings.LISTEN_PORT);
    }
}
