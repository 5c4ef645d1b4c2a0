package org.pgsluice.client;

import java.nio.ByteBuffer;

/** What is shown of bytes that are no message. */
final class BadHeader {
    private static final int SHOWN = 8;

    private BadHeader() {}

    /** The first bytes from {@code at} on, in hexadecimal. */
    static String text(ByteBuffer in, int at) {
        StringBuilder text = new StringBuilder(2 * SHOWN);
        for (int i = at; i < Math.min(at + SHOWN, in.limit()); i++) {
            text.append(Character.forDigit((in.get(i) >> 4) & 15, 16)).append(Character.forDigit(in.get(i) & 15, 16));
        }
        return text.toString();
    }
}
