package org.pgsluice.sql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The name or the literal that a walk is in, or was in last. What goes beyond its room is counted and not kept. */
final class Token {
    private static final int ROOM = 256;

    private final byte[] bytes = new byte[ROOM];
    private int length;
    private boolean quoted;
    private boolean unclear;

    void beginName() {
        length = 0;
        quoted = false;
        unclear = false;
    }

    void beginQuoted() {
        beginName();
        quoted = true;
    }

    void beginLiteral() {
        beginQuoted();
    }

    void add(byte letter) {
        if (length < ROOM) {
            bytes[length] = letter;
        }
        length++;
    }

    /** Takes the bytes from {@code from} on that belong to a name; where they end. */
    int addName(ByteBuffer text, int from, int to) {
        int at = from;
        int size = length;
        while (at < to) {
            byte folded = Identifier.folded(text.get(at));
            if (folded == 0) {
                break;
            }
            if (size < ROOM) {
                bytes[size] = folded;
            }
            size++;
            at++;
        }
        length = size;
        return at;
    }

    /** The last so many bytes do not belong to it. */
    void drop(int count) {
        length -= count;
    }

    /** It has escapes. */
    void unclear() {
        unclear = true;
    }

    /** Whether the value of this literal is what is kept of it. */
    boolean isClear() {
        return !unclear && length <= ROOM;
    }

    boolean isQuoted() {
        return quoted;
    }

    /** Whether the word before a quote says that backslashes count in it. */
    boolean isEscape() {
        return length == 1 && bytes[0] == 'e';
    }

    /** Whether it is that word, which has small letters and no quotes. */
    boolean is(String word) {
        if (quoted || length != word.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The length of a name, cut as PostgreSQL cuts names, between two letters of UTF-8. */
    int nameLength() {
        if (length <= Identifier.LONGEST) {
            return length;
        }
        int cut = Identifier.LONGEST;
        while (cut > 0 && (bytes[cut] & 0xc0) == 0x80) {
            cut--;
        }
        return cut;
    }

    byte[] bytes() {
        return bytes;
    }

    byte[] name() {
        return Arrays.copyOf(bytes, nameLength());
    }

    /** A name as text. */
    String nameText() {
        return new String(bytes, 0, nameLength(), StandardCharsets.UTF_8);
    }

    /** A literal as text, as far as it is kept. */
    String text() {
        return new String(bytes, 0, Math.min(length, ROOM), StandardCharsets.UTF_8);
    }
}
