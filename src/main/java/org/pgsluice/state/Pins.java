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

    private static final String[] NAMES = {
        "advisory lock", "temporary object", "cursor", "prepared statement", "setting", "last value of a sequence", "unknown state"
    };

    private Pins() {}

    /** The names of those bits, for people. */
    public static String names(int pins) {
        StringBuilder all = new StringBuilder();
        for (int left = pins; left != 0; left &= left - 1) {
            all.append(all.isEmpty() ? "" : ", ").append(NAMES[Integer.numberOfTrailingZeros(left)]);
        }
        return all.toString();
    }
}
