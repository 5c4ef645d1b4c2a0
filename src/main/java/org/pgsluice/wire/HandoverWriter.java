package org.pgsluice.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the state of a session for the process that takes it over; {@link HandoverReader} reads it. Not PostgreSQL's protocol but our own between two of our
 * processes. A state begins with the number of its format and ends with a mark, so that a process of another version refuses what it would misread. Not
 * thread-safe.
 */
public final class HandoverWriter {
    /**
     * The format that is written. It is raised with every field that is added, moved or dropped; {@link HandoverReader#format} tells a reader what an older
     * process has left out.
     */
    public static final int FORMAT = 4;

    /** In front of the number. */
    static final int MAGIC = 0x5047534c;
    /** Behind the last field. */
    static final int END = 0x454e4421;

    private static final int NONE = -1;

    private final MessageWriter out = new MessageWriter(1024).int32(MAGIC).int32(FORMAT);

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

    /** The whole state: nothing may be written any more. */
    public byte[] toBytes() {
        return out.int32(END).toBytes();
    }
}
