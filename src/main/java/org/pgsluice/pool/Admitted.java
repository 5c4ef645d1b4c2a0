package org.pgsluice.pool;

/** What became of a client that has proven who it is; see {@link Members#admit}. */
public sealed interface Admitted {
    /** It was not let in. */
    enum Refusal implements Admitted {
        NO_SUCH_DATABASE,
        DATABASE_DISABLED,
        /** max_db_client_connections is reached. */
        DATABASE_FULL,
        /** max_user_client_connections is reached. */
        USER_FULL
    }

    /**
     * It is counted for its database and user.
     *
     * @param pool where it belongs
     * @param registered whether its database was registered for it, through the {@code *} entry
     */
    record Into(Pool pool, boolean registered) implements Admitted {}
}
