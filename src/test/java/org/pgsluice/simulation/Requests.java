package org.pgsluice.simulation;

import java.nio.charset.StandardCharsets;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/** Puts a client's messages together, one behind the other. */
public final class Requests {
    private final MessageWriter out = new MessageWriter();

    /** The first packet; {@code parameters} are names and values in turn. */
    public static byte[] startup(String... parameters) {
        MessageWriter out = new MessageWriter().beginUntagged().int32(StartupPacket.PROTOCOL_3_0);
        for (String text : parameters) {
            out.cstring(text);
        }
        return out.int8(0).end().toBytes();
    }

    public Requests query(String sql) {
        out.begin(FrontendTag.QUERY).cstring(sql).end();
        return this;
    }

    public Requests parse(String name, String sql) {
        out.begin(FrontendTag.PARSE).cstring(name).cstring(sql).int16(0).end();
        return this;
    }

    /** Into the unnamed portal. */
    public Requests bind(String statement, String... values) {
        out.begin(FrontendTag.BIND).cstring("").cstring(statement).int16(0).int16(values.length);
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            out.int32(bytes.length).bytes(bytes);
        }
        out.int16(0).end();
        return this;
    }

    public Requests describeStatement(String name) {
        out.begin(FrontendTag.DESCRIBE).int8('S').cstring(name).end();
        return this;
    }

    public Requests describePortal() {
        out.begin(FrontendTag.DESCRIBE).int8('P').cstring("").end();
        return this;
    }

    public Requests execute(int mostRows) {
        out.begin(FrontendTag.EXECUTE).cstring("").int32(mostRows).end();
        return this;
    }

    public Requests closeStatement(String name) {
        out.begin(FrontendTag.CLOSE).int8('S').cstring(name).end();
        return this;
    }

    public Requests closePortal() {
        out.begin(FrontendTag.CLOSE).int8('P').cstring("").end();
        return this;
    }

    public Requests sync() {
        return bare(FrontendTag.SYNC);
    }

    public Requests flush() {
        return bare(FrontendTag.FLUSH);
    }

    public Requests copyData(String text) {
        out.begin(FrontendTag.COPY_DATA).bytes(text.getBytes(StandardCharsets.UTF_8)).end();
        return this;
    }

    public Requests copyDone() {
        return bare(FrontendTag.COPY_DONE);
    }

    public Requests copyFail(String reason) {
        out.begin(FrontendTag.COPY_FAIL).cstring(reason).end();
        return this;
    }

    public Requests functionCall() {
        out.begin(FrontendTag.FUNCTION_CALL).int32(1).int16(0).int16(0).int16(0).end();
        return this;
    }

    public Requests terminate() {
        return bare(FrontendTag.TERMINATE);
    }

    /** A message with just that body. */
    public Requests raw(char tag, String body) {
        out.begin((byte) tag).bytes(body.getBytes(StandardCharsets.UTF_8)).end();
        return this;
    }

    private Requests bare(byte tag) {
        out.begin(tag).end();
        return this;
    }

    public byte[] toBytes() {
        return out.toBytes();
    }
}
