package org.pgsluice.client;

import java.nio.ByteBuffer;

/** What a client is told whose bytes are no message. */
final class BadHeader {
    private static final int SHOWN = 8;

    private BadHeader() {}

    /** The text, with the first bytes from {@code at} on in hexadecimal. */
    static String text(ByteBuffer in, int at) {
        StringBuilder text = new StringBuilder("bad packet header: '");
        for (int i = at; i < Math.min(at + SHOWN, in.limit()); i++) {
            text.append(Character.forDigit((in.get(i) >> 4) & 15, 16)).append(Character.forDigit(in.get(i) & 15, 16));
        }
        return text.append('\'').toString();
    }
}
