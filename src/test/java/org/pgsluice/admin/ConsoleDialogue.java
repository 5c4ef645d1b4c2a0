package org.pgsluice.admin;

import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import java.util.List;
import org.pgsluice.config.ConsoleVersion;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/** A user at a console: sends messages to a session and reads what comes back. */
final class ConsoleDialogue {
    final FakePooler pooler = new FakePooler();
    final RecordingConsole console = new RecordingConsole();
    final AdminSession session;

    ConsoleDialogue(Rights rights) {
        session = new AdminSession(rights, pooler, pooler, ZoneOffset.UTC, ConsoleVersion.NEWEST, console);
    }

    /** Sends a simple query and returns the replies. */
    List<String> query(String sql) {
        return send(FrontendTag.QUERY, body().cstring(sql));
    }

    ConsoleDialogue parse(String name, String sql) {
        send(FrontendTag.PARSE, body().cstring(name).cstring(sql).int16(0), false);
        return this;
    }

    ConsoleDialogue bind(String portal, String statement, int... formats) {
        MessageWriter body = body().cstring(portal).cstring(statement).int16(0).int16(0).int16(formats.length);
        for (int format : formats) {
            body.int16(format);
        }
        send(FrontendTag.BIND, body, false);
        return this;
    }

    ConsoleDialogue describe(char kind, String name) {
        send(FrontendTag.DESCRIBE, body().int8(kind).cstring(name), false);
        return this;
    }

    ConsoleDialogue execute(String portal, int limit) {
        send(FrontendTag.EXECUTE, body().cstring(portal).int32(limit), false);
        return this;
    }

    ConsoleDialogue close(char kind, String name) {
        send(FrontendTag.CLOSE, body().int8(kind).cstring(name), false);
        return this;
    }

    List<String> flush() {
        return send(FrontendTag.FLUSH, body());
    }

    List<String> sync() {
        return send(FrontendTag.SYNC, body());
    }

    List<String> send(byte tag, MessageWriter body) {
        return send(tag, body, true);
    }

    static MessageWriter body() {
        return new MessageWriter();
    }

    private List<String> send(byte tag, MessageWriter body, boolean take) {
        session.onMessage(tag, ByteBuffer.wrap(body.toBytes()));
        return take ? console.takeReplies() : List.of();
    }
}
