package org.pgsluice.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what {@link HandoverWriter} wrote, in the same order. What does not fit is an {@link IllegalArgumentException}. Not thread-safe. */
public final class HandoverReader {
    private final ByteBuffer in;
    private final int format;

    private HandoverReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
        if (in.remaining() < 2 * Integer.BYTES || in.getInt() != HandoverWriter.MAGIC) {
            throw new IllegalArgumentException("a handed-over session is of no format that is known, as of a process older than formats are");
        }
        format = in.getInt();
        if (format < 1 || format > HandoverWriter.FORMAT) {
            throw new IllegalArgumentException("a handed-over session is of format " + format + ", and this process knows up to " + HandoverWriter.FORMAT);
        }
    }

    /**
     * Reads a whole state.
     *
     * @param read has to read all of it
     */
    public static <T> T whole(byte[] bytes, Function<HandoverReader, T> read) {
        HandoverReader reader = new HandoverReader(bytes);
        T state = read.apply(reader);
        if (reader.in.remaining() != Integer.BYTES || reader.in.getInt() != HandoverWriter.END) {
            throw new IllegalArgumentException("a handed-over session does not end where it should");
        }
        return state;
    }

    /** The format that the other process has written: at most {@link HandoverWriter#FORMAT}. */
    public int format() {
        return format;
    }

    public long number() {
        try {
            return in.getLong();
        } catch (BufferUnderflowException e) {
            throw cutShort(e);
        }
    }

    /** A number that counts what follows, each of which takes a byte at least. */
    public int count() {
        long count = number();
        if (count < 0 || count > in.remaining()) {
            throw new IllegalArgumentException("a handed-over session counts " + count + " where " + in.remaining() + " bytes are left");
        }
        return (int) count;
    }

    public boolean flag() {
        try {
            return in.get() != 0;
        } catch (BufferUnderflowException e) {
            throw cutShort(e);
        }
    }

    public byte[] bytes() {
        byte[] data = orNone();
        if (data == null) {
            throw new IllegalArgumentException("a handed-over session lacks bytes");
        }
        return data;
    }

    /** A text that is there. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    private byte @Nullable [] orNone() {
        try {
            int length = in.getInt();
            if (length < 0) {
                return null;
            }
            if (length > in.remaining()) {
                throw new IllegalArgumentException("a handed-over session is cut short");
            }
            byte[] data = new byte[length];
            in.get(data);
            return data;
        } catch (BufferUnderflowException e) {
            throw cutShort(e);
        }
    }

    private static IllegalArgumentException cutShort(BufferUnderflowException cause) {
        return new IllegalArgumentException("a handed-over session is cut short", cause);
    }
}
