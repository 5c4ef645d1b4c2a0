package org.pgsluice.auth;

import org.jspecify.annotations.Nullable;

/**
 * Who a client says it is and where it wants to go, before any proof. Immutable.
 *
 * @param database the name that it asked for, which need not exist
 * @param user the name that it gave
 * @param forcedUser whom all servers of that database log in as; null when each client's own user does
 * @param physicalReplication whether it asks for physical replication, for which the database counts for nothing
 */
public record Identity(String database, String user, @Nullable String forcedUser, boolean physicalReplication) {
    /** Who asks for no replication. */
    public Identity(String database, String user, @Nullable String forcedUser) {
        this(database, user, forcedUser, false);
    }
}
