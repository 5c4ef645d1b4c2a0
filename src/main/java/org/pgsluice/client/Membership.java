package org.pgsluice.client;

import org.pgsluice.pool.Pool;

/** Whom a client says it is, by the names of its startup packet or of what a database knows. On the client's reactor. */
public final class Membership {
    private String databaseName = "(nodb)";
    private String userName = "(nouser)";

    /** The names of the startup packet. */
    void named(String ofDatabase, String ofUser) {
        databaseName = ofDatabase;
        userName = ofUser;
    }

    /** It is let into {@code pool}: the same names, as the Strings that all its clients share. */
    void sharesNamesOf(Pool pool) {
        databaseName = databaseName.equals(pool.database().name()) ? pool.database().name() : databaseName;
        userName = userName.equals(pool.user().name()) ? pool.user().name() : userName;
    }

    public String databaseName() {
        return databaseName;
    }

    public String userName() {
        return userName;
    }

    @Override
    public String toString() {
        return databaseName + "/" + userName;
    }
}
