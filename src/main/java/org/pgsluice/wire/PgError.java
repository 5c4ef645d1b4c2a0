package org.pgsluice.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an ErrorResponse or NoticeResponse that the pooler reads or writes. Manual: "Error and Notice Message Fields".
 *
 * @param severity FATAL, ERROR, NOTICE, …
 * @param sqlState five characters; empty when a server sent none
 * @param message the primary text
 * @param detail the DETAIL field or null
 * @param hint the HINT field or null
 */
public record PgError(String severity, String sqlState, String message, @Nullable String detail, @Nullable String hint) {
    public PgError(String severity, String sqlState, String message, @Nullable String detail) {
        this(severity, sqlState, message, detail, null);
    }

    /** The same as the end of the session. */
    public PgError asFatal() {
        return new PgError("FATAL", sqlState, message, detail, hint);
    }

    /** An error after which the pooler closes the connection. */
    public static PgError fatal(String message) {
        return new PgError("FATAL", SqlState.PROTOCOL_VIOLATION.code(), message, null);
    }

    /** The same with another SQLSTATE. */
    public static PgError fatal(SqlState state, String message) {
        return fatal(state.code(), message);
    }

    /** The same with a SQLSTATE that a server gave. */
    public static PgError fatal(String sqlState, String message) {
        return new PgError("FATAL", sqlState, message, null);
    }

    /** An error after which the session goes on. */
    public static PgError error(SqlState state, String message) {
        return new PgError("ERROR", state.code(), message, null);
    }

    /** A notice of the pooler. */
    public static PgError notice(String message) {
        return new PgError("NOTICE", SqlState.SUCCESSFUL_COMPLETION.code(), message, null);
    }

    /** The same with a DETAIL field. */
    public PgError withDetail(String text) {
        return new PgError(severity, sqlState, message, text);
    }

    /** Appends it as a message of type {@code tag} (ErrorResponse or NoticeResponse). */
    public void write(MessageWriter out, byte tag) {
        out.begin(tag);
        out.int8('S').cstring(severity);
        out.int8('C').cstring(sqlState);
        out.int8('M').cstring(message);
        if (detail != null) {
            out.int8('D').cstring(detail);
        }
        if (hint != null) {
            out.int8('H').cstring(hint);
        }
        out.int8(0).end();
    }

    /** The complete ErrorResponse. */
    public byte[] toErrorResponse() {
        MessageWriter out = new MessageWriter(64 + message.length());
        write(out, BackendTag.ERROR_RESPONSE);
        return out.toBytes();
    }

    /** The complete NoticeResponse. */
    public byte[] toNoticeResponse() {
        MessageWriter out = new MessageWriter(64 + message.length());
        write(out, BackendTag.NOTICE_RESPONSE);
        return out.toBytes();
    }

    /**
     * Reads the body of an ErrorResponse or NoticeResponse, from {@code body}'s position to its limit. Missing fields are empty; a body that ends early is
     * taken as far as it goes.
     */
    public static PgError read(ByteBuffer body) {
        String severity = "";
        String state = "";
        String message = "";
        String detail = null;
        String hint = null;
        int at = body.position();
        while (at < body.limit() && body.get(at) != 0) {
            byte field = body.get(at++);
            int end = at;
            while (end < body.limit() && body.get(end) != 0) {
                end++;
            }
            byte[] raw = new byte[end - at];
            body.get(at, raw);
            String value = new String(raw, StandardCharsets.UTF_8);
            switch (field) {
                case 'S' -> severity = value;
                case 'C' -> state = value;
                case 'M' -> message = value;
                case 'D' -> detail = value;
                case 'H' -> hint = value;
                default -> {}
            }
            at = end + 1;
        }
        return new PgError(severity, state, message, detail, hint);
    }
}
