package org.pgsluice.wire;

/** The SQLSTATEs that the pooler itself sends. Manual: "PostgreSQL Error Codes". */
public enum SqlState {
    SUCCESSFUL_COMPLETION("00000"),
    PROTOCOL_VIOLATION("08P01"),
    CONFIG_FILE_ERROR("F0000");

    private final String code;

    SqlState(String code) {
        this.code = code;
    }

    /** The five characters. */
    public String code() {
        return code;
    }
}
