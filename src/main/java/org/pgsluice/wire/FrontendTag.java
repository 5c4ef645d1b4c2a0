package org.pgsluice.wire;

/** Message types that a client sends after its startup packet. Manual: "Message Formats". */
public final class FrontendTag {
    public static final byte QUERY = 'Q';
    public static final byte PARSE = 'P';
    public static final byte BIND = 'B';
    public static final byte DESCRIBE = 'D';
    public static final byte EXECUTE = 'E';
    public static final byte CLOSE = 'C';
    public static final byte SYNC = 'S';
    public static final byte FLUSH = 'H';
    public static final byte FUNCTION_CALL = 'F';
    public static final byte COPY_DATA = 'd';
    public static final byte COPY_DONE = 'c';
    public static final byte COPY_FAIL = 'f';
    public static final byte TERMINATE = 'X';
    /** PasswordMessage, SASLInitialResponse and SASLResponse. */
    public static final byte PASSWORD = 'p';

    private FrontendTag() {}
}
