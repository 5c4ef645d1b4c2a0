package org.pgsluice.client;

/** Whom a client says it is, by the names of its startup packet or of what a database knows. On the client's reactor. */
public final class Membership {
    private String databaseName = "(nodb)";
    private String userName = "(nouser)";

    /** The names of the startup packet. */
    void named(String ofDatabase, String ofUser) {
        databaseName = ofDatabase;
        userName = ofUser;
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
