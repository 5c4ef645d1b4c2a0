package org.pgsluice.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Puts messages together. */
final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** One message; a tag of 0 for the startup packet. Parts are String (zero-terminated), byte[], Integer (4 bytes), Short (2 bytes). */
    Bytes message(char tag, Object... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Object part : parts) {
            switch (part) {
                case String text -> {
                    body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
                    body.write(0);
                }
                case byte[] bytes -> body.writeBytes(bytes);
                case Integer number -> number(body, number, 4);
                case Short number -> number(body, number, 2);
                default -> throw new IllegalArgumentException("neither text, bytes nor number: " + part);
            }
        }
        if (tag != 0) {
            out.write(tag);
        }
        number(out, body.size() + 4, 4);
        out.writeBytes(body.toByteArray());
        return this;
    }

    Bytes append(byte[] more) {
        out.writeBytes(more);
        return this;
    }

    byte[] toArray() {
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream to, int value, int size) {
        for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
            to.write(value >>> shift);
        }
    }
}
