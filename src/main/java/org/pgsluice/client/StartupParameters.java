package org.pgsluice.client;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.config.StateMode;
import org.pgsluice.net.Connection;
import org.pgsluice.pool.ReplicationRequest;
import org.pgsluice.server.Addresses;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.StartupPacket;

/**
 * What a client says of itself in its startup packet; the tracked parameters go to its variables.
 *
 * @param replication what it wants of a server of its own, if it replicates; otherwise null
 * @param refusal why it is not served, in the words for the client; null when it is
 */
record StartupParameters(String database, String user, @Nullable ReplicationRequest replication, @Nullable String refusal) {
    /** {@code modes}: what follows the clients of which databases and users. */
    static StartupParameters read(
            Map<String, String> given, TrackedVars vars, Config config, Connection connection, BiFunction<String, String, StateMode> modes) {
        List<String> ignored = config.list(Settings.IGNORE_STARTUP_PARAMETERS);
        String database = "";
        String user = "";
        String mode = replicationMode(given.get("replication"));
        Map<String, String> own = new LinkedHashMap<>();
        StartupSettings settings = new StartupSettings(vars, ignored);
        for (Map.Entry<String, String> parameter : given.entrySet()) {
            String name = parameter.getKey();
            String value = parameter.getValue();
            String wrong = null;
            switch (name) {
                case "database" -> database = StartupPacket.utf8(value);
                case "user" -> user = StartupPacket.utf8(value);
                case "options" -> {
                    if (mode.isEmpty()) {
                        wrong = StartupOptions.read(value, settings);
                    } else {
                        own.put(name, value);
                    }
                }
                case "replication" -> {}
                default -> {
                    if (name.startsWith("_pq_.")) {
                        continue;
                    }
                    if (settings.take(name, value, "unsupported startup parameter: ")) {
                        own.put(name, value);
                    }
                }
            }
            if (wrong != null) {
                return new StartupParameters(database, user, null, wrong);
            }
        }
        settings.done();
        if (config.on(Settings.APPLICATION_NAME_ADD_HOST)) {
            String name = given.getOrDefault("application_name", "app") + " - " + where(connection, config);
            vars.ask("application_name", name);
            own.put("application_name", name);
        }
        String wanted = database.isEmpty() ? user : database;
        StateMode state = modes.apply(wanted, user);
        String few = state == StateMode.OFF && mode.isEmpty() ? vars.followFew() : null;
        String refused = state.carries() ? null : few != null ? "unsupported startup parameter: " + few : settings.refusal();
        if (refused != null) {
            return new StartupParameters(database, user, null, refused);
        }
        ReplicationRequest replication = mode.isEmpty() ? null : new ReplicationRequest(mode.equals("yes"), own);
        return new StartupParameters(wanted, user, replication, user.isEmpty() ? "no username supplied" : null);
    }

    /** "database" for logical replication, "yes" for physical, empty for none, and for what nobody knows, as in PgBouncer. */
    private static String replicationMode(@Nullable String value) {
        return switch (value == null ? "" : value.toLowerCase(Locale.ROOT)) {
            case "database" -> "database";
            case "true", "on", "yes", "1" -> "yes";
            default -> "";
        };
    }

    private static String where(Connection connection, Config config) {
        return connection.remoteAddress() instanceof InetSocketAddress inet
                ? Addresses.text(inet)
                : "unix(" + connection.peerCredentials().pid() + "):" + config.integer(Settings.LISTEN_PORT);
    }
}
