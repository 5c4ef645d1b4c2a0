package org.pgsluice.wire;

/** The SQLSTATEs that the pooler itself sends. Manual: "PostgreSQL Error Codes". */
public enum SqlState {
    SUCCESSFUL_COMPLETION("00000"),
    PROTOCOL_VIOLATION("08P01"),
    FEATURE_NOT_SUPPORTED("0A000"),
    INVALID_AUTHORIZATION("28000"),
    INVALID_PASSWORD("28P01"),
    INVALID_CATALOG_NAME("3D000"),
    OUT_OF_MEMORY("53200"),
    TOO_MANY_CONNECTIONS("53300"),
    CONFIGURATION_LIMIT_EXCEEDED("53400"),
    PROGRAM_LIMIT_EXCEEDED("54000"),
    OBJECT_NOT_IN_PREREQUISITE_STATE("55000"),
    QUERY_CANCELED("57014"),
    ADMIN_SHUTDOWN("57P01"),
    CANNOT_CONNECT_NOW("57P03"),
    IDLE_SESSION_TIMEOUT("57P05");

    private final String code;

    SqlState(String code) {
        this.code = code;
    }

    /** Whether a text has the form of a state: five digits or capital letters. */
    public static boolean isWellFormed(String text) {
        boolean good = text.length() == 5;
        for (int i = 0; good && i < 5; i++) {
            char c = text.charAt(i);
            good = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z';
        }
        return good;
    }

    /** The five characters. */
    public String code() {
        return code;
    }
}
