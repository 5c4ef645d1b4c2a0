package org.pgsluice.client;

import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.User;

/** Whom a client says it is, and the database and user that it is counted for as long as it is connected. On the client's reactor. */
public final class Membership {
    private final Registry registry;
    private String databaseName = "(nodb)";
    private String userName = "(nouser)";
    private @Nullable Database database;
    private @Nullable User user;

    Membership(Registry registry) {
        this.registry = registry;
    }

    /** The names of the startup packet. */
    void named(String ofDatabase, String ofUser) {
        databaseName = ofDatabase;
        userName = ofUser;
    }

    /** Counts the client for its database; false when that makes one too many. */
    boolean join(Database joined) {
        if (database != null) {
            // A reload has put another in the place of the one that it was counted for.
            registry.leave(database, null);
        }
        database = joined;
        return registry.joinDatabase(joined);
    }

    /** Counts the client for its user; false when that makes one too many. */
    boolean join(User joined) {
        user = joined;
        return registry.joinUser(joined);
    }

    /** Takes the counts back. */
    void leave() {
        registry.leave(database, user);
    }

    public String databaseName() {
        return databaseName;
    }

    public String userName() {
        return userName;
    }

    /** The database that it is counted for; null before. */
    public @Nullable Database database() {
        return database;
    }

    /** The user that it is counted for; null before, and for a name that nobody has heard of. */
    public @Nullable User user() {
        return user;
    }

    @Override
    public String toString() {
        return databaseName + "/" + userName;
    }
}
