package org.pgsluice.admin;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one message's body. A field that is not there makes the message malformed and reads as empty or 0: ask {@link #isMalformed} at the end.
 */
final class MessageReader {
    private final ByteBuffer body;
    private boolean malformed;

    MessageReader(ByteBuffer body) {
        this.body = body;
    }

    /** Whether a field was missing. */
    boolean isMalformed() {
        return malformed;
    }

    boolean hasRest() {
        return body.hasRemaining();
    }

    String cstring() {
        int start = body.position();
        int end = start;
        while (end < body.limit() && body.get(end) != 0) {
            end++;
        }
        if (end == body.limit()) {
            malformed = true;
            return "";
        }
        byte[] bytes = new byte[end - start];
        body.get(bytes).get();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    byte int8() {
        return has(1) ? body.get() : 0;
    }

    /** Unsigned, as counts are. */
    int int16() {
        return has(2) ? body.getShort() & 0xffff : 0;
    }

    int int32() {
        return has(4) ? body.getInt() : 0;
    }

    /** A count and that many numbers of two bytes. */
    int[] int16s() {
        int count = int16();
        if (!has(2 * count)) {
            return new int[0];
        }
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = int16();
        }
        return values;
    }

    void skipRest() {
        body.position(body.limit());
    }

    private boolean has(int bytes) {
        malformed |= body.remaining() < bytes;
        return !malformed;
    }
}
