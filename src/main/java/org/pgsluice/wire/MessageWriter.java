package org.pgsluice.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes messages into a growing array. {@link #begin} and {@link #end} bracket each message and fill in its length. For cold paths: logins, errors, the
 * console. Not thread-safe.
 */
public final class MessageWriter {
    private byte[] bytes;
    private int size;
    private int lengthAt = -1;

    public MessageWriter() {
        this(256);
    }

    public MessageWriter(int capacity) {
        bytes = new byte[capacity];
    }

    /** Starts a message of that type. */
    public MessageWriter begin(byte tag) {
        int8(tag);
        return beginUntagged();
    }

    /** Starts a message without a type byte: startup packets and their kin. */
    public MessageWriter beginUntagged() {
        assert lengthAt < 0 : "the message before was not ended";
        lengthAt = size;
        return int32(0);
    }

    /** Ends the message that was begun. */
    public MessageWriter end() {
        int length = size - lengthAt;
        putInt(lengthAt, length);
        lengthAt = -1;
        return this;
    }

    public MessageWriter int8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public MessageWriter int16(int value) {
        room(2);
        bytes[size++] = (byte) (value >>> 8);
        bytes[size++] = (byte) value;
        return this;
    }

    public MessageWriter int32(int value) {
        room(4);
        putInt(size, value);
        size += 4;
        return this;
    }

    public MessageWriter int64(long value) {
        return int32((int) (value >>> 32)).int32((int) value);
    }

    /** The text in UTF-8 and a terminating zero byte. */
    public MessageWriter cstring(String text) {
        int length = text.length();
        room(length + 1);
        for (int i = 0; i < length; i++) {
            char letter = text.charAt(i);
            if (letter >= 0x80) {
                size -= i;
                return bytes(text.getBytes(StandardCharsets.UTF_8)).int8(0);
            }
            bytes[size++] = (byte) letter;
        }
        bytes[size++] = 0;
        return this;
    }

    public MessageWriter bytes(byte[] data) {
        return bytes(data, 0, data.length);
    }

    public MessageWriter bytes(byte[] data, int offset, int length) {
        room(length);
        System.arraycopy(data, offset, bytes, size, length);
        size += length;
        return this;
    }

    /** Bytes written so far. */
    public int size() {
        return size;
    }

    /** Forgets what was written; the array is kept. */
    public void clear() {
        size = 0;
        lengthAt = -1;
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        assert lengthAt < 0 : "a message was not ended";
        return Arrays.copyOf(bytes, size);
    }

    /** A view of what was written, valid until the next write. */
    public ByteBuffer toBuffer() {
        assert lengthAt < 0 : "a message was not ended";
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private void putInt(int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
