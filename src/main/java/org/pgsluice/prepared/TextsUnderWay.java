package org.pgsluice.prepared;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The texts of a client's Parses of its unnamed statement that are under way, oldest first: which of them holds in the end only the server's answers say. One
 * behind another in an array that is used again and again, each behind its length. The latest is kept in any case, those before it as far as there is room.
 */
final class TextsUnderWay {
    private static final byte[] NOTHING = {};
    /** Before each text: its length, {@link #UNKNOWN} where it is not kept. */
    private static final int HEAD = 4;

    private static final int UNKNOWN = -1;

    private final int room;
    private byte[] bytes = NOTHING;
    /** Where the oldest one's head is, where the latest one's is, and where that one ends so far. */
    private int first;

    private int latest;
    private int end;
    /** How many there are, and how many of them, the oldest, are not kept. */
    private int count;

    private int lost;
    /** How much of the latest one is still to come. */
    private int left;
    /** Where the text that was taken last is. */
    private int from;

    private int length;

    TextsUnderWay(int room) {
        this.room = room;
    }

    /** One more, of which nothing is known yet. */
    void begin() {
        if (count++ == 0) {
            first = 0;
            end = 0;
            lost = 0;
        } else if (left > 0) {
            length(latest, UNKNOWN);
            left = 0;
        }
        if (end + HEAD > room) {
            forgetOthers();
        }
        left = 0;
        latest = end;
        makeRoom(HEAD);
        length(latest, UNKNOWN);
        end += HEAD;
    }

    /** The latest one has {@code total} bytes; those from {@code from} to {@code to} are here. */
    void text(ByteBuffer in, int from, int to, int total) {
        if (end + total > room && latest > 0) {
            forgetOthers();
            latest = 0;
            end = HEAD;
        }
        length(latest, 0);
        left = total;
        more(in, from, to);
    }

    /** More of the latest one. */
    void more(ByteBuffer in, int from, int to) {
        int here = Math.min(to - from, left);
        if (here > 0) {
            makeRoom(here);
            in.get(from, bytes, end, here);
            end += here;
            left -= here;
            length(latest, end - latest - HEAD);
        }
    }

    /** All but the latest. */
    private void forgetOthers() {
        lost = count - 1;
        first = 0;
        end = 0;
    }

    /** The oldest one is done with. */
    void drop() {
        count--;
        if (lost > 0) {
            lost--;
            length = UNKNOWN;
            return;
        }
        from = first + HEAD;
        length = count == 0 && left > 0 ? UNKNOWN : length(first);
        first = from + Math.max(0, length(first));
        if (count == 0) {
            left = 0;
        }
    }

    /** Keeps no long array for nothing. */
    void trim() {
        if (count == 0 && bytes.length > UnnamedStatement.SMALL) {
            bytes = NOTHING;
        }
    }

    /** The same, and its text counts from now on. {@code old} is an array to be used again; the one that has the text, see {@link #from}. */
    byte[] take(byte[] old) {
        drop();
        if (length < 0) {
            return old;
        }
        if (count == 0 && bytes.length <= Math.max(UnnamedStatement.SMALL, 2 * length)) {
            byte[] has = bytes;
            bytes = old.length > UnnamedStatement.SMALL ? NOTHING : old;
            return has;
        }
        byte[] has = old.length < length || old.length > Math.max(UnnamedStatement.SMALL, 2 * length) ? new byte[length] : old;
        System.arraycopy(bytes, from, has, 0, length);
        from = 0;
        if (count == 0 && bytes.length > UnnamedStatement.SMALL) {
            bytes = NOTHING;
        }
        return has;
    }

    /** What its array takes: bytes. */
    int capacity() {
        return bytes.length;
    }

    /** Where the text begins in the array that {@link #take} has given. */
    int from() {
        return from;
    }

    /** How long it is; less than 0 when it is not known. */
    int length() {
        return length;
    }

    private int length(int head) {
        return (bytes[head] & 0xff) << 24 | (bytes[head + 1] & 0xff) << 16 | (bytes[head + 2] & 0xff) << 8 | (bytes[head + 3] & 0xff);
    }

    private void length(int head, int value) {
        bytes[head] = (byte) (value >>> 24);
        bytes[head + 1] = (byte) (value >>> 16);
        bytes[head + 2] = (byte) (value >>> 8);
        bytes[head + 3] = (byte) value;
    }

    private void makeRoom(int more) {
        if (end + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end + more, Math.min(2 * bytes.length, Math.max(room, end + left))));
        }
    }
}
