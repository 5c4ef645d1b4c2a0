package org.pgsluice.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pgsluice.wire.Frames;

/** An ErrorResponse that is here whole, as it stands in the input. Manual: "Error and Notice Message Fields". Used at once, by one thread. */
final class ErrorReply {
    private final ByteBuffer in;
    private final int at;
    private final int end;

    /** The message that begins at {@code at}. */
    ErrorReply(ByteBuffer in, int at) {
        this.in = in;
        this.at = at;
        this.end = at + 1 + Frames.length(in, at);
    }

    /** Whether it ends the session. The severity that is never translated is as old as PostgreSQL 9.6. */
    boolean isFatal() {
        String severity = text('V');
        if (severity.isEmpty()) {
            severity = text('S');
        }
        return severity.equals("FATAL") || severity.equals("PANIC");
    }

    /** Empty when there is none. */
    String sqlState() {
        return text('C');
    }

    /**
     * The message with the client's name of a statement in place of the server's, in its text and nowhere else; null where it is no error that names a
     * statement.
     */
    byte @Nullable [] renamed(byte[] serverName, byte[] clientName) {
        switch (sqlState()) {
            // protocol_violation: a wrong number of parameters; invalid_sql_statement_name, duplicate_prepared_statement
            case "08P01", "26000", "42P05" -> {}
            default -> {
                return null;
            }
        }
        int from = value('M');
        int named = from < 0 ? -1 : find(serverName, from, Frames.zero(in, from, end));
        if (named < 0) {
            return null;
        }
        int behind = named + serverName.length;
        int grown = clientName.length - serverName.length;
        ByteBuffer renamed = ByteBuffer.allocate(end - at + grown).put(in.get(at)).putInt(Frames.length(in, at) + grown);
        put(renamed, at + Frames.HEADER, named);
        renamed.put(clientName);
        put(renamed, behind, end);
        return renamed.array();
    }

    private void put(ByteBuffer out, int from, int to) {
        out.put(out.position(), in, from, to - from).position(out.position() + to - from);
    }

    /** Where a name stands by itself, as it does between quotes of whatever language; -1 when it does not. */
    private int find(byte[] name, int from, int to) {
        for (int start = from; start + name.length <= to; start++) {
            int behind = start + name.length;
            if (in.get(start) == name[0] && starts(name, start) && (behind == to || in.get(behind) < '0' || in.get(behind) > '9')) {
                return start;
            }
        }
        return -1;
    }

    private boolean starts(byte[] name, int start) {
        for (int i = 0; i < name.length; i++) {
            if (in.get(start + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private String text(char field) {
        int from = value(field);
        int to = from < 0 ? -1 : Frames.zero(in, from, end);
        if (to < 0) {
            return "";
        }
        byte[] bytes = new byte[to - from];
        in.get(from, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Where the value of that field begins; -1 when it is not there, or has no end. */
    private int value(char field) {
        int here = at + Frames.HEADER;
        while (here < end && in.get(here) != 0) {
            int zero = Frames.zero(in, here + 1, end);
            if (zero < 0) {
                return -1;
            }
            if (in.get(here) == field) {
                return here + 1;
            }
            here = zero + 1;
        }
        return -1;
    }
}
