package org.pgsluice.state;

/** What holds a server to its client, since no other server can be given it: bits of an int. */
public final class Pins {
    public static final int NONE = 0;
    /** An advisory lock of the session. */
    public static final int LOCK = 1;
    /** Something in the schema of temporary relations. */
    public static final int TEMPORARY = 1 << 1;
    /** A cursor that has outlived its transaction. */
    public static final int CURSOR = 1 << 2;
    /** A statement that was prepared by SQL. */
    public static final int PREPARED = 1 << 3;
    /** A setting that cannot be carried: only a superuser may set it, its value is too long, or there are too many. */
    public static final int SETTING = 1 << 4;

    /** The last value of a sequence, for a client that was seen to ask for it. */
    public static final int SEQUENCE = 1 << 5;

    /** The server was asked what its session has, and has not said it. */
    public static final int UNKNOWN = 1 << 6;
    /** A library of LOAD, which cannot be unloaded. */
    public static final int LIBRARY = 1 << 7;

    private static final String[] NAMES = {
        "advisory lock", "temporary object", "cursor", "prepared statement", "setting", "last value of a sequence", "unknown state", "library"
    };

    private static final String[] REMEDIES = {
        "Take the lock with pg_advisory_xact_lock, which the end of the transaction gives back.",
        "Create temporary tables within a transaction, ON COMMIT DROP.",
        "Declare cursors WITHOUT HOLD within a transaction.",
        "Prepare with one PREPARE in ASCII, or by the protocol.",
        "Set it for the user or the database, or with SET LOCAL within a transaction.",
        "Use RETURNING.",
        "Set session_state = reported for servers that cannot say what they have.",
        "Name the library in session_preload_libraries."
    };

    private Pins() {}

    /** The names of those bits, for people. */
    public static String names(int pins) {
        return joined(pins, NAMES, ", ");
    }

    /** What does without them. */
    public static String remedies(int pins) {
        return joined(pins, REMEDIES, " ");
    }

    private static String joined(int pins, String[] texts, String between) {
        StringBuilder all = new StringBuilder();
        for (int left = pins; left != 0; left &= left - 1) {
            all.append(all.isEmpty() ? "" : between).append(texts[Integer.numberOfTrailingZeros(left)]);
        }
        return all.toString();
    }
}
