package org.pgsluice.client;

import org.pgsluice.config.Config;
import org.pgsluice.log.Level;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.User;
import org.pgsluice.server.Lane;

/** Counts a client that logs in against the limits of its database and user, and writes the log's lines about logins. On the client's reactor. */
final class Admission {
    private final ClientSession client;
    private final Lane lane;

    Admission(ClientSession client, Lane lane) {
        this.client = client;
        this.lane = lane;
    }

    /** Counts the client for its database; false when it was refused. */
    boolean joinDatabase(Database database, String login, Config config) {
        if (client.membership().join(database) || isConsoleAdmin(login, config)) {
            return true;
        }
        client.fail(CloseReason.MAX_DB_CLIENT_CONNECTIONS);
        return false;
    }

    /** Counts the client for its user; false when it was refused. A name that nobody has heard of is not counted. */
    boolean joinUser(String login, boolean known, Config config) {
        Registry registry = lane.books().registry();
        User user = known ? registry.user(login) : registry.findUser(login);
        if (user == null || client.membership().join(user) || isConsoleAdmin(login, config)) {
            return true;
        }
        client.fail(CloseReason.MAX_USER_CLIENT_CONNECTIONS);
        return false;
    }

    private boolean isConsoleAdmin(String login, Config config) {
        return client.membership().databaseName().equals(Registry.CONSOLE) && ConsoleAccess.isAdmin(login, config);
    }

    void logAttempt(String login) {
        if (lane.commons().tuning().logConnections) {
            client.log(Level.LOG, "login attempt: db=" + client.membership().databaseName() + " user=" + login + " tls=no replication=no");
        }
    }

    void logFailure() {
        if (lane.commons().tuning().logConnections) {
            client.log(Level.LOG, "login failed: db=" + client.membership().databaseName() + " user=" + client.membership().userName());
        }
    }
}
