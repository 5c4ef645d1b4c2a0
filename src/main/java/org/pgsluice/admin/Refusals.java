package org.pgsluice.admin;

/** Why the pooler refuses a command: PgBouncer's texts, which scripts and tests compare. */
public final class Refusals {
    /** The SQLSTATE of every error of the console but {@link #RELOAD_FAILED}. */
    public static final String PROTOCOL_VIOLATION = "08P01";

    /** For PAUSE, SUSPEND and KILL while the pooler as a whole is paused or suspended. */
    public static final Outcome.Failed ALREADY_SUSPENDED = failed("already suspended/paused");

    public static final Outcome.Failed SUSPEND_WITH_PAUSED_DATABASES = failed("cannot suspend with paused databases");
    public static final Outcome.Failed NOT_PAUSED = failed("pooler is not paused/suspended");
    public static final Outcome.Failed SHUTTING_DOWN = failed("pooler is shutting down");

    /** For RESUME after sockets were passed to another process. */
    public static final Outcome.Failed HANDING_OVER = failed("another process is taking over");

    /** For a SUSPEND that had not finished when RESUME came. */
    public static final Outcome.Failed SUSPEND_ENDED = failed("RESUME ended the SUSPEND");

    /** For a command in which something threw, and which may have been done in part. */
    public static final Outcome.Failed FAULT = new Outcome.Failed("internal error", "XX000");

    public static final Outcome.Failed CLIENT_NOT_FOUND = failed("client not found");
    public static final Outcome.Failed SET_FAILED = failed("SET failed");
    public static final Outcome.Failed RELOAD_FAILED = new Outcome.Failed("RELOAD failed, see logs for additional details", "F0000");

    /** The notice of a successful SET of a TLS setting that does not fit the others yet. */
    public static final String TLS_NOT_APPLIED = "TLS settings could not be applied, still using old configuration";

    private Refusals() {}

    public static Outcome.Failed noSuchDatabase(String database) {
        return failed("no such database: " + database);
    }

    /** For RESUME of a database. */
    public static Outcome.Failed databaseNotPaused(String database) {
        return failed("database " + database + " is not paused");
    }

    /**
     * For a command that makes no sense for the console's own database.
     *
     * @param verb {@code pause}, {@code kill}, {@code disable}, {@code enable} or {@code reconnect}
     */
    public static Outcome.Failed adminDatabase(String verb, String database) {
        return failed("cannot " + verb + " admin db: " + database);
    }

    /** For WAIT_CLOSE of the console's own database. */
    public static Outcome.Failed cannotWaitInAdminDatabase(String database) {
        return failed("cannot wait in admin db: " + database);
    }

    static Outcome.Failed failed(String message) {
        return new Outcome.Failed(message, PROTOCOL_VIOLATION);
    }
}
