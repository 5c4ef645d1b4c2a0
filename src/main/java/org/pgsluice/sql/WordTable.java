package org.pgsluice.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Map;

/** Words and a number for each, looked up by their bytes. Open addressing, at most half full. Immutable. */
final class WordTable {
    static final int NONE = -1;

    private final byte[][] words;
    private final int[] numbers;

    WordTable(Map<String, Integer> entries) {
        int capacity = Integer.highestOneBit(entries.size()) * 4;
        words = new byte[capacity][];
        numbers = new int[capacity];
        entries.forEach((word, number) -> put(word.getBytes(UTF_8), number));
    }

    private void put(byte[] word, int number) {
        int slot = slot(hash(word, word.length));
        while (words[slot] != null) {
            slot = slot(slot + 1);
        }
        words[slot] = word;
        numbers[slot] = number;
    }

    /** The number of a word; {@link #NONE} when it is not known. */
    int of(byte[] word, int length) {
        int slot = slot(hash(word, length));
        while (words[slot] != null) {
            if (Identifier.equal(words[slot], word, length)) {
                return numbers[slot];
            }
            slot = slot(slot + 1);
        }
        return NONE;
    }

    /** Whether the bytes from {@code from} to {@code to}, in small letters, are a known word. */
    boolean has(ByteBuffer text, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + Identifier.lower(text.get(i));
        }
        int slot = slot(hash ^ (hash >>> 16));
        while (words[slot] != null) {
            if (equal(words[slot], text, from, to)) {
                return true;
            }
            slot = slot(slot + 1);
        }
        return false;
    }

    private static boolean equal(byte[] word, ByteBuffer text, int from, int to) {
        if (word.length != to - from) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (word[i] != Identifier.lower(text.get(from + i))) {
                return false;
            }
        }
        return true;
    }

    private int slot(int hash) {
        return hash & (words.length - 1);
    }

    private static int hash(byte[] word, int length) {
        int hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + word[i];
        }
        return hash ^ (hash >>> 16);
    }
}
