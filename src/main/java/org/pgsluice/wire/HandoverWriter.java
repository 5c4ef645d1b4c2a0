package org.pgsluice.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes the state of a session for the process that takes it over; {@link HandoverReader} reads it. Not PostgreSQL's protocol but our own between two of our processes. Not thread-safe. */
public final class HandoverWriter {
    private static final int NONE = -1;

    private final MessageWriter out = new MessageWriter(1024);

    public HandoverWriter number(long value) {
        out.int64(value);
        return this;
    }

    public HandoverWriter flag(boolean value) {
        out.int8(value ? 1 : 0);
        return this;
    }

    public HandoverWriter bytes(byte[] data) {
        out.int32(data.length).bytes(data);
        return this;
    }

    public HandoverWriter text(@Nullable String text) {
        if (text == null) {
            out.int32(NONE);
            return this;
        }
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return out.toBytes();
    }
}
