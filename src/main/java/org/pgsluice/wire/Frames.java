package org.pgsluice.wire;

import java.nio.ByteBuffer;

/**
 * Where messages lie in a buffer: a type byte, four bytes of length that count themselves and the body, the body. Everything is read at absolute positions, so
 * the buffer stays as it is.
 */
public final class Frames {
    /** Bytes before the body. */
    public static final int HEADER = 5;

    private Frames() {}

    /** The length that the header at {@code at} has: the whole message is one byte longer. Not checked; it may be negative. */
    public static int length(ByteBuffer in, int at) {
        return in.getInt(at + 1);
    }

    /** The first zero byte from {@code from} on and before {@code to}; -1 when there is none. */
    public static int zero(ByteBuffer in, int from, int to) {
        for (int i = from; i < to; i++) {
            if (in.get(i) == 0) {
                return i;
            }
        }
        return -1;
    }

    /** The first zero byte from {@code from} on; -1 when there is none. */
    public static int zero(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
