package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Settings;

/**
 * The clients against their limits: all of them, and those of each database and user. Part of the books and under their lock, so that a limit is exact at every
 * instant.
 */
public final class Members {
    private final Books books;
    private int clientTotal;

    Members(Books books) {
        this.books = books;
    }

    /** A socket was accepted. */
    public void clientAccepted() {
        synchronized (books) {
            clientTotal++;
        }
    }

    /** A socket was closed. */
    public void clientClosed() {
        synchronized (books) {
            clientTotal--;
        }
    }

    /** Open client sockets, whatever their state. */
    public int clientTotal() {
        synchronized (books) {
            return clientTotal;
        }
    }

    /** Whether there are more sockets than max_client_conn allows, the caller's included. */
    public boolean tooManyClients() {
        synchronized (books) {
            return clientTotal > books.config().integer(Settings.MAX_CLIENT_CONN);
        }
    }

    /**
     * Counts a client for its database, in place of another that it was counted for. False, and nothing has changed, when that may have no more; who is exempt
     * always may.
     */
    public boolean join(ClientEntry client, Database database, boolean exempt) {
        synchronized (books) {
            if (client.database == database) {
                return true;
            }
            if (!exempt && database.clients.isFull(books.config())) {
                return false;
            }
            if (client.database != null) {
                client.database.clients.remove();
            }
            database.clients.add();
            client.database = database;
            return true;
        }
    }

    /** The same for its user. */
    public boolean join(ClientEntry client, User user, boolean exempt) {
        synchronized (books) {
            if (client.user == user) {
                return true;
            }
            if (!exempt && user.clients.isFull(books.config())) {
                return false;
            }
            if (client.user != null) {
                client.user.clients.remove();
            }
            user.clients.add();
            client.user = user;
            return true;
        }
    }

    /** Takes back both counts. */
    public void leave(ClientEntry client) {
        synchronized (books) {
            if (client.database != null) {
                client.database.clients.remove();
                client.database = null;
            }
            if (client.user != null) {
                client.user.clients.remove();
                client.user = null;
            }
        }
    }

    /**
     * Lets in a client that has proven to be {@code login}, in one step: its database is there and registered, both are counted, and the pool is one of that
     * database.
     *
     * @param forced the user that the servers log in as, or null for the client's
     * @param exempt whether no limit keeps it out
     */
    public Admitted admit(ClientEntry client, String name, String login, @Nullable String forced, boolean exempt, long now) {
        synchronized (books) {
            Registry registry = books.registry();
            Database database = registry.database(name);
            boolean registers = database == null || registry.isProvisional(database);
            if (registers) {
                database = registry.registerAutomatic(name);
            }
            if (database == null) {
                return Admitted.Refusal.NO_SUCH_DATABASE;
            }
            if (database.disabled()) {
                return Admitted.Refusal.DATABASE_DISABLED;
            }
            if (!join(client, database, exempt)) {
                return Admitted.Refusal.DATABASE_FULL;
            }
            User user = registry.user(login);
            if (!join(client, user, exempt)) {
                return Admitted.Refusal.USER_FULL;
            }
            return new Admitted.Into(registry.pool(database, forced == null ? user : registry.user(forced), now), registers);
        }
    }
}
