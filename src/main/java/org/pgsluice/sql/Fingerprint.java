package org.pgsluice.sql;

import java.nio.ByteBuffer;

/**
 * A number by which people know a statement again, whatever its literals are: constants, numbered parameters, comments, blanks and the case of words do not
 * count, nor how many constants a list has. It is no number of PostgreSQL's, whose queryid needs the tree of the statement. Pure.
 */
public final class Fingerprint {
    private static final long SEED = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Fingerprint() {}

    /** The fingerprint of the text from {@code from} to {@code to}. */
    public static long of(ByteBuffer text, int from, int to) {
        long hash = SEED;
        boolean blank = true;
        boolean constant = false;
        int at = from;
        while (at < to) {
            byte c = text.get(at);
            int next = skipped(text, at, to);
            if (next > at) {
                blank = true;
                at = next;
                continue;
            }
            next = constant(text, at, to, blank);
            if (next > at) {
                // Of a list of constants the first one counts.
                hash = constant ? hash : add(hash, blank, (byte) '?');
                constant = true;
                blank = false;
                at = next;
                continue;
            }
            if (!constant || c != ',') {
                hash = add(hash, blank && isWord(c), lower(c));
                constant = false;
            }
            blank = !isWord(c);
            at++;
        }
        return hash;
    }

    private static long add(long hash, boolean blank, byte c) {
        long before = blank ? (hash ^ ' ') * PRIME : hash;
        return (before ^ (c & 0xff)) * PRIME;
    }

    /** Behind blanks or a comment that begin here; else {@code at}. */
    private static int skipped(ByteBuffer text, int at, int to) {
        byte c = text.get(at);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == ';') {
            return at + 1;
        }
        if (c == '-' && at + 1 < to && text.get(at + 1) == '-') {
            int end = at + 2;
            while (end < to && text.get(end) != '\n') {
                end++;
            }
            return end;
        }
        if (c == '/' && at + 1 < to && text.get(at + 1) == '*') {
            int end = at + 2;
            while (end + 1 < to && !(text.get(end) == '*' && text.get(end + 1) == '/')) {
                end++;
            }
            return Math.min(to, end + 2);
        }
        return at;
    }

    /** Behind a constant or a parameter that begins here; else {@code at}. A digit within a name is no number. */
    private static int constant(ByteBuffer text, int at, int to, boolean begins) {
        byte c = text.get(at);
        if (c == '\'') {
            return string(text, at, to);
        }
        if (c == '$') {
            return dollar(text, at, to);
        }
        if (!begins || !isDigit(c)) {
            return at;
        }
        int end = at + 1;
        while (end < to && (isWord(text.get(end)) || text.get(end) == '.')) {
            end++;
        }
        return end;
    }

    private static int string(ByteBuffer text, int at, int to) {
        int end = at + 1;
        while (end < to) {
            if (text.get(end) == '\'') {
                if (end + 1 >= to || text.get(end + 1) != '\'') {
                    return end + 1;
                }
                end++;
            }
            end++;
        }
        return to;
    }

    /** {@code $1}, or a text between {@code $tag$} and {@code $tag$}. */
    private static int dollar(ByteBuffer text, int at, int to) {
        int tag = at + 1;
        while (tag < to && isWord(text.get(tag))) {
            tag++;
        }
        if (tag >= to || text.get(tag) != '$') {
            return tag > at + 1 && isDigit(text.get(at + 1)) ? tag : at;
        }
        int length = tag + 1 - at;
        for (int end = tag + 1; end + length <= to; end++) {
            int same = 0;
            while (same < length && text.get(end + same) == text.get(at + same)) {
                same++;
            }
            if (same == length) {
                return end + length;
            }
        }
        return to;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(byte c) {
        return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c < 0;
    }

    private static byte lower(byte c) {
        return c >= 'A' && c <= 'Z' ? (byte) (c + 32) : c;
    }
}
