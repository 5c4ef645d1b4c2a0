package org.pgsluice.client;

import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.Identity;
import org.pgsluice.config.Config;
import org.pgsluice.log.Level;
import org.pgsluice.pool.Admitted;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.ReplicationRequest;
import org.pgsluice.pool.User;
import org.pgsluice.server.Lane;

/**
 * Counts a client that logs in against the limits of its database and user, and writes the log's lines about logins. A database or user that is registered
 * already is joined before the proof; any other is registered and joined after it. On the client's reactor.
 */
final class Admission {
    private final ClientSession client;
    private final Lane lane;

    Admission(ClientSession client, Lane lane) {
        this.client = client;
        this.lane = lane;
    }

    /** Counts the client for its database, if that is registered; false when it was refused. */
    boolean joinDatabase(String login, Config config) {
        Registry registry = lane.books().registry();
        Database database = registry.database(client.membership().databaseName());
        if (database == null || lane.books().members().join(client, database, isConsoleAdmin(login, config))) {
            return true;
        }
        client.fail(CloseReason.MAX_DB_CLIENT_CONNECTIONS);
        return false;
    }

    /** Counts the client for its user, if that is registered; false when it was refused. */
    boolean joinUser(String login, Config config) {
        Registry registry = lane.books().registry();
        User user = registry.findUser(login);
        if (user == null || lane.books().members().join(client, user, isConsoleAdmin(login, config))) {
            return true;
        }
        client.fail(CloseReason.MAX_USER_CLIENT_CONNECTIONS);
        return false;
    }

    private boolean isConsoleAdmin(String login, Config config) {
        return client.membership().databaseName().equals(Registry.CONSOLE) && ConsoleAccess.isAdmin(login, config);
    }

    /** Registers what a client has proven and counts it; null when it was refused. */
    @Nullable Pool admit(Identity identity, Credentials user, Config config) {
        String name = identity.database();
        boolean exempt = isConsoleAdmin(user.name(), config);
        Admitted admitted = lane.books().members().admit(client, name, user.name(), identity.forcedUser(), exempt, lane.now());
        if (admitted instanceof Admitted.Into into) {
            if (into.registered()) {
                client.log(Level.LOG, "registered new auto-database: " + name);
            }
            client.membership().sharesNamesOf(into.pool());
            return into.pool();
        }
        switch ((Admitted.Refusal) admitted) {
            case NO_SUCH_DATABASE -> {
                logFailure();
                client.fail(CloseReason.CLIENT_NO_SUCH_DATABASE, name);
            }
            case DATABASE_DISABLED -> client.fail(CloseReason.CLIENT_DATABASE_DISABLED, name);
            case DATABASE_FULL -> client.fail(CloseReason.MAX_DB_CLIENT_CONNECTIONS);
            case USER_FULL -> client.fail(CloseReason.MAX_USER_CLIENT_CONNECTIONS);
        }
        return null;
    }

    /** The pool of the console's clients, for the process's own user, whom no limit keeps out. */
    Pool console() {
        Registry registry = lane.books().registry();
        Database console = registry.database(Registry.CONSOLE);
        if (console == null) {
            throw new IllegalStateException("the console is not registered");
        }
        lane.books().members().join(client, console, true);
        return registry.pool(console, registry.user(Registry.CONSOLE), lane.now());
    }

    void logAttempt(String login) {
        if (lane.commons().tuning().logConnections) {
            client.log(Level.LOG, "login attempt: db=" + client.membership().databaseName() + " user=" + login + " tls="
                    + ClientEncryption.describe(client.connection()) + " replication=" + replication());
        }
    }

    private String replication() {
        ReplicationRequest request = client.replication();
        return request == null ? "no" : request.word();
    }

    void logFailure() {
        if (lane.commons().tuning().logConnections) {
            client.log(Level.LOG, "login failed: db=" + client.membership().databaseName() + " user=" + client.membership().userName());
        }
    }
}
