package org.pgsluice.bench;

import java.nio.ByteBuffer;

/** Finds the messages in a stream of bytes, however it is cut, and keeps only the bodies that somebody wants to read. For one thread. */
final class Frames {
    /** Told of each message once it is there whole. */
    interface Listener {
        /** Whether the body of such a message is to be kept. */
        boolean wants(byte tag);

        /** A message ended; {@code body} holds its body if it was wanted, up to {@code length}. */
        void onMessage(byte tag, byte[] body, int length);
    }

    private static final int LARGEST_KEPT = 1 << 16;

    private final Listener listener;
    /** 4 while the first message of a client is due, which has no tag. */
    private int headerSize;
    private int headerHave;
    private byte tag;
    private int length;
    private int left;
    private int kept;
    private boolean keep;
    private byte[] body = new byte[64];

    Frames(Listener listener, boolean startupFirst) {
        this.listener = listener;
        this.headerSize = startupFirst ? 4 : 5;
    }

    /** The next message has no tag either: the one before was a request for encryption. */
    void startupAgain() {
        headerSize = 4;
    }

    void feed(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (headerHave < headerSize) {
                if (headerHave == 0 && in.remaining() >= headerSize) {
                    tag = headerSize == 5 ? in.get() : 0;
                    length = in.getInt();
                    headerHave = headerSize;
                } else {
                    headerByte(in.get());
                    if (headerHave < headerSize) {
                        continue;
                    }
                }
                begin();
            }
            int here = Math.min(left, in.remaining());
            if (keep) {
                in.get(body, kept, here);
                kept += here;
            } else {
                in.position(in.position() + here);
            }
            left -= here;
            if (left == 0) {
                headerHave = 0;
                headerSize = 5;
                listener.onMessage(tag, body, kept);
            }
        }
    }

    private void headerByte(byte next) {
        if (headerHave == 0) {
            length = 0;
            tag = 0;
        }
        if (headerSize == 5 && headerHave == 0) {
            tag = next;
        } else {
            length = length << 8 | next & 0xff;
        }
        headerHave++;
    }

    private void begin() {
        left = length - 4;
        if (left < 0) {
            throw new IllegalStateException("broken message of length " + length);
        }
        keep = headerSize == 4 || listener.wants(tag);
        kept = 0;
        if (keep && left > body.length) {
            if (left > LARGEST_KEPT) {
                throw new IllegalStateException("message '" + (char) tag + "' of " + left + " bytes");
            }
            body = new byte[left];
        }
    }
}
