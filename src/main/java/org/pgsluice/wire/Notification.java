package org.pgsluice.wire;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A NotificationResponse as a server sent it. Names of channels are kept one char a byte, in the encoding of the server that says them. Immutable: all clients
 * that hear it share it.
 */
public final class Notification {
    /** The longest that is taken in: a payload has less than 8,000 bytes, in another encoding up to four times as many. */
    public static final int LONGEST = 64 * 1024;

    /** What one costs in memory beside its bytes. */
    private static final int OVERHEAD = 128;

    private final byte[] message;
    private final String channel;

    private Notification(byte[] message, String channel) {
        this.message = message;
        this.channel = channel;
    }

    /** The message of {@code length} at {@code at}, which is here whole; null when it is none. */
    public static @Nullable Notification read(ByteBuffer in, int at, int length) {
        byte[] message = new byte[1 + length];
        in.get(at, message);
        int from = Frames.HEADER + 4;
        int channelEnd = from > message.length ? -1 : Frames.zero(message, from);
        int payloadEnd = channelEnd < 0 ? -1 : Frames.zero(message, channelEnd + 1);
        if (payloadEnd != message.length - 1) {
            return null;
        }
        return new Notification(message, new String(message, from, channelEnd - from, StandardCharsets.ISO_8859_1));
    }

    /** The same in another encoding. What that one does not have becomes a question mark. */
    public Notification in(Charset from, Charset to) {
        int text = Frames.HEADER + 4;
        byte[] body = new String(message, text, message.length - text, from).getBytes(to);
        byte[] next = Arrays.copyOf(message, text + body.length);
        System.arraycopy(body, 0, next, text, body.length);
        ByteBuffer.wrap(next).putInt(1, next.length - 1);
        Notification read = read(ByteBuffer.wrap(next), 0, next.length - 1);
        return read == null ? this : read;
    }

    /** Whether it is the same in all encodings. */
    public boolean isAscii() {
        for (int i = Frames.HEADER + 4; i < message.length; i++) {
            if (message[i] < 0) {
                return false;
            }
        }
        return true;
    }

    public String channel() {
        return channel;
    }

    /** What stands behind the channel. */
    public String payload() {
        int from = Frames.HEADER + 4 + channel.length() + 1;
        return new String(message, from, message.length - 1 - from, StandardCharsets.ISO_8859_1);
    }

    /** The whole message, for clients. Not to be changed. */
    public byte[] message() {
        return message;
    }

    /** The bytes of memory that it takes. */
    public int size() {
        return message.length + OVERHEAD;
    }
}
