package org.pgsluice.sql;

/**
 * What statements may do to a session that outlives their transaction: bits of an int. A bit says "may", its absence says "does not", as far as a text can
 * tell.
 */
public final class SessionEffects {
    public static final int NONE = 0;
    /** A setting gets a value. */
    public static final int SET = 1;
    /** A setting, or all of them, get their value of the login again. */
    public static final int RESET = 1 << 1;
    /** The role or the session's user changes. */
    public static final int ROLE = 1 << 2;

    public static final int LISTEN = 1 << 3;
    public static final int UNLISTEN = 1 << 4;
    /** A statement is prepared by SQL. */
    public static final int PREPARE = 1 << 5;
    /** A statement that was prepared by SQL is used: what that may do is for whoever knows its text to say, and no text can. */
    public static final int EXECUTE = 1 << 6;

    public static final int DEALLOCATE = 1 << 7;
    /** A cursor is declared that outlives its transaction. */
    public static final int HOLD_CURSOR = 1 << 8;
    /** A temporary relation is made. */
    public static final int TEMP = 1 << 9;
    /** An advisory lock of the session is taken. */
    public static final int ADVISORY_LOCK = 1 << 10;

    public static final int DISCARD = 1 << 11;
    public static final int LOAD = 1 << 12;
    /** The session's last value of a sequence is asked for: currval, lastval. */
    public static final int SEQUENCE = 1 << 13;
    /** The session's last value of a sequence may change: nextval, or rows come into tables; setval leaves lastval. By itself no reason to ask. */
    public static final int NEXTVAL = 1 << 14;
    /** Anything: DO, CALL, a declared function, or a text that can be read in two ways. */
    public static final int OPAQUE = 1 << 15;
    /** A lock, a temporary relation or a cursor may go. A reason to ask for whoever holds one. */
    public static final int RELEASE = 1 << 16;
    /** A transaction begins or ends, or a part of it. By itself no reason to ask. */
    public static final int TRANSACTION = 1 << 17;
    /** A setting changes whose name does not show. */
    public static final int UNKNOWN_NAME = 1 << 18;
    /** Listeners are notified. By itself no reason to ask. */
    public static final int NOTIFY = 1 << 19;
    /** It is asked which channels the session listens to. By itself no reason to ask. */
    public static final int CHANNELS = 1 << 20;
    /** SET ... TO DEFAULT: a setting gets its value of the login. By itself no reason to ask. */
    public static final int DEFAULT = 1 << 21;
    /** The same until the transaction ends: SET LOCAL ... TO DEFAULT. By itself no reason to ask. */
    public static final int LOCAL_DEFAULT = 1 << 22;

    /** Those after which the server is to be asked what has become of it. LISTEN and UNLISTEN are a matter of their own. */
    public static final int ASK = SET | RESET | ROLE | PREPARE | DEALLOCATE | HOLD_CURSOR | TEMP | ADVISORY_LOCK | DISCARD | LOAD | OPAQUE;

    private static final String[] NAMES = {
        "SET", "RESET", "ROLE", "LISTEN", "UNLISTEN", "PREPARE", "EXECUTE", "DEALLOCATE", "HOLD_CURSOR", "TEMP", "ADVISORY_LOCK", "DISCARD", "LOAD", "SEQUENCE",
        "NEXTVAL", "OPAQUE", "RELEASE", "TRANSACTION", "UNKNOWN_NAME", "NOTIFY", "CHANNELS", "DEFAULT", "LOCAL_DEFAULT"
    };

    private SessionEffects() {}

    /** The names of those bits, with blanks between them. */
    public static String names(int effects) {
        StringBuilder all = new StringBuilder();
        for (int left = effects; left != 0; left &= left - 1) {
            all.append(all.isEmpty() ? "" : " ").append(NAMES[Integer.numberOfTrailingZeros(left)]);
        }
        return all.toString();
    }
}
