package org.pgsluice.admin;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.PgError;

/** Keeps what a session sends, message by message in words, and what it reports. */
final class RecordingConsole implements Console {
    final List<String> replies = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    private final Deque<Runnable> laterTurns = new ArrayDeque<>();
    /** Whether the next reply cannot be written. */
    boolean broken;
    final List<byte[]> dataRows = new ArrayList<>();

    /** The replies since the last call. */
    List<String> takeReplies() {
        List<String> taken = List.copyOf(replies);
        replies.clear();
        return taken;
    }

    @Override
    public void send(ByteBuffer bytes) {
        if (broken) {
            throw new IllegalStateException("broken");
        }
        while (bytes.hasRemaining()) {
            byte tag = bytes.get();
            int length = bytes.getInt() - 4;
            ByteBuffer body = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            replies.add(words(tag, body));
        }
    }

    @Override
    public void sendWithDescriptor(ByteBuffer row, int descriptor) {
        events.add("descriptor " + descriptor);
        send(row);
    }

    @Override
    public void later(Runnable next) {
        laterTurns.add(next);
    }

    /** The turns that were asked for, until none is asked for any more. Returns how many there were. */
    int runLaterTurns() {
        int turns = 0;
        for (; !laterTurns.isEmpty(); turns++) {
            laterTurns.remove().run();
        }
        return turns;
    }

    @Override
    public void onReady() {
        events.add("ready");
    }

    @Override
    public void onCommand(String query) {
        events.add("command " + query);
    }

    @Override
    public void onIssued(String line) {
        events.add("issued " + line);
    }

    @Override
    public void onError(String message) {
        events.add("error " + message);
    }

    @Override
    public void onTerminate() {
        events.add("terminate");
    }

    @Override
    public void onFault() {
        events.add("fault");
    }

    @Override
    public void onViolation(String reason) {
        events.add("violation " + reason);
    }

    private String words(byte tag, ByteBuffer body) {
        return switch (tag) {
            case BackendTag.ROW_DESCRIPTION -> "columns " + columns(body);
            case BackendTag.DATA_ROW -> "row " + row(body);
            case BackendTag.COMMAND_COMPLETE -> "complete " + cstring(body);
            case BackendTag.READY_FOR_QUERY -> "ready " + (char) body.get();
            case BackendTag.ERROR_RESPONSE -> error(body);
            case BackendTag.NOTICE_RESPONSE -> error(body);
            case BackendTag.PARSE_COMPLETE -> "parsed";
            case BackendTag.BIND_COMPLETE -> "bound";
            case BackendTag.CLOSE_COMPLETE -> "closed";
            case BackendTag.NO_DATA -> "no data";
            case BackendTag.PARAMETER_DESCRIPTION -> "parameters " + body.getShort();
            case BackendTag.PORTAL_SUSPENDED -> "suspended";
            case BackendTag.EMPTY_QUERY_RESPONSE -> "empty";
            default -> throw new AssertionError("unknown reply " + (char) tag);
        };
    }

    private static String error(ByteBuffer body) {
        PgError error = PgError.read(body);
        return error.severity() + " " + error.sqlState() + " " + error.message() + (error.detail() == null ? "" : error.detail());
    }

    static List<String> columns(ByteBuffer body) {
        List<String> columns = new ArrayList<>();
        for (int i = body.getShort(); i > 0; i--) {
            String name = cstring(body);
            body.getInt();
            body.getShort();
            columns.add(name + " " + body.getInt() + " " + body.getShort() + " " + body.getInt() + " " + body.getShort());
        }
        return columns;
    }

    private List<String> row(ByteBuffer body) {
        List<String> values = new ArrayList<>();
        for (int i = body.getShort(); i > 0; i--) {
            int length = body.getInt();
            byte[] value = new byte[Math.max(length, 0)];
            body.get(value);
            dataRows.add(value);
            values.add(length < 0 ? null : new String(value, StandardCharsets.UTF_8));
        }
        return values;
    }

    private static String cstring(ByteBuffer body) {
        StringBuilder text = new StringBuilder();
        for (byte b = body.get(); b != 0; b = body.get()) {
            text.append((char) b);
        }
        return text.toString();
    }
}
