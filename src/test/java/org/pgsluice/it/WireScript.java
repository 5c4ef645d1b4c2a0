package org.pgsluice.it;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.pgsluice.wire.MessageWriter;

/** Requests that are sent together, and the replies that are due for them, in order. */
final class WireScript {
    /** Any text will do. */
    static final String ANY = null;

    /**
     * A reply that is due.
     *
     * @param text what it says; of an error the SQLSTATE; {@link #ANY}
     */
    record Due(char tag, String text) {
        boolean fits(WireConnection.Reply reply) {
            if (reply.tag() != tag) {
                return false;
            }
            return text == ANY || (tag == 'E' ? reply.text().startsWith(text + " ") : reply.text().equals(text));
        }
    }

    private final MessageWriter out = new MessageWriter(1024);
    private final List<Due> due = new ArrayList<>();

    byte[] bytes() {
        return out.toBytes();
    }

    List<Due> due() {
        return due;
    }

    WireScript due(char tag, String text) {
        due.add(new Due(tag, text));
        return this;
    }

    WireScript due(String tags) {
        tags.chars().forEach(tag -> due.add(new Due((char) tag, ANY)));
        return this;
    }

    WireScript complete(String tag) {
        return due('C', tag + "\0");
    }

    WireScript ready(char status) {
        return due('Z', String.valueOf(status));
    }

    // ---------------------------------------------------------------- requests

    WireScript query(String sql) {
        out.begin((byte) 'Q').cstring(sql).end();
        return this;
    }

    WireScript parse(String name, String sql) {
        out.begin((byte) 'P').cstring(name).cstring(sql).int16(0).end();
        return this;
    }

    WireScript bind(String name, String... values) {
        out.begin((byte) 'B').cstring("").cstring(name).int16(0).int16(values.length);
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            out.int32(bytes.length).bytes(bytes);
        }
        out.int16(0).end();
        return this;
    }

    WireScript describePortal() {
        out.begin((byte) 'D').int8('P').cstring("").end();
        return this;
    }

    WireScript describe(String name) {
        out.begin((byte) 'D').int8('S').cstring(name).end();
        return this;
    }

    WireScript execute() {
        out.begin((byte) 'E').cstring("").int32(0).end();
        return this;
    }

    WireScript close(String name) {
        out.begin((byte) 'C').int8('S').cstring(name).end();
        return this;
    }

    WireScript sync() {
        return bare('S');
    }

    WireScript flush() {
        return bare('H');
    }

    WireScript copyData(String text) {
        out.begin((byte) 'd').bytes(text.getBytes(StandardCharsets.UTF_8)).end();
        return this;
    }

    WireScript copyDone() {
        return bare('c');
    }

    WireScript copyFail(String reason) {
        out.begin((byte) 'f').cstring(reason).end();
        return this;
    }

    WireScript terminate() {
        return bare('X');
    }

    private WireScript bare(char tag) {
        out.begin((byte) tag).end();
        return this;
    }
}
