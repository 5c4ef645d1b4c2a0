package org.pgsluice.prepared;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements of an SQL text that make a session forget prepared statements: {@code DEALLOCATE name}, {@code DEALLOCATE ALL}, {@code DISCARD ALL}. What
 * stands in literals, quoted names, comments and function bodies is none. Manual: "Lexical Structure".
 *
 * @param all whether one of them forgets all
 * @param names the names that the others have, in order
 */
public record Deallocations(boolean all, List<Name> names) {
    /** A name, and where it is written in the buffer. */
    @SuppressWarnings("ArrayRecordComponent") // made once, for one message
    public record Name(byte[] name, int from, int to) {}

    private static final String DEALLOCATE = "deallocate";
    private static final String DISCARD = "discard";

    /** Those of the text from {@code from} to {@code to}; null when there are none. */
    public static @Nullable Deallocations in(ByteBuffer text, int from, int to) {
        return mayHaveSome(text, from, to) ? new Scan(text, from, to).run() : null;
    }

    /** Whether the first word says that a text which is one statement forgets some. Quick: most texts begin with another letter. */
    public static boolean begins(ByteBuffer text, int from, int to) {
        if (from >= to) {
            return false;
        }
        int first = text.get(from);
        // A letter other than d cannot; a comment or blanks may stand before.
        return ((first | 0x20) == 'd' || first <= '/') && in(text, from, to) != null;
    }

    private static boolean mayHaveSome(ByteBuffer text, int from, int to) {
        for (int at = from; at < to - 6; at++) {
            if ((text.get(at) | 0x20) == 'd' && (isWord(text, at, to, DEALLOCATE) || isWord(text, at, to, DISCARD))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWord(ByteBuffer text, int at, int to, String word) {
        if (to - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((text.get(at + i) | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** One walk over a text, token by token. */
    private static final class Scan {
        private final ByteBuffer text;
        private final int to;
        private final List<Name> names = new ArrayList<>();
        private int at;
        private boolean all;
        private int wordFrom;
        private int wordTo;

        Scan(ByteBuffer text, int from, int to) {
            this.text = text;
            this.at = from;
            this.to = to;
        }

        @Nullable Deallocations run() {
            while (at < to) {
                statement();
                while (at < to && text.get(at) != ';') {
                    token();
                }
                at++;
            }
            return all || !names.isEmpty() ? new Deallocations(all, List.copyOf(names)) : null;
        }

        private void statement() {
            if (!word()) {
                return;
            }
            if (is(DISCARD)) {
                all |= word() && is("all");
            } else if (is(DEALLOCATE)) {
                boolean named = name();
                if (named && is("prepare") && text.get(wordFrom) != '"' && name()) {
                    named = true;
                }
                if (named && is("all") && text.get(wordFrom) != '"') {
                    all = true;
                } else if (named) {
                    names.add(new Name(identifier(), wordFrom, wordTo));
                }
            }
        }

        /** Goes behind the next name, plain or quoted; where it is written is noted. False, and nothing is noted, when something else follows. */
        private boolean name() {
            blanks();
            if (at < to && text.get(at) == '"') {
                wordFrom = at;
                quoted((byte) '"', false);
                wordTo = at;
                return true;
            }
            return word();
        }

        private boolean word() {
            blanks();
            int from = at;
            while (at < to && isPartOfName(text.get(at))) {
                at++;
            }
            if (at == from) {
                return false;
            }
            wordFrom = from;
            wordTo = at;
            return true;
        }

        private boolean is(String word) {
            return wordTo - wordFrom == word.length() && isWord(text, wordFrom, to, word);
        }

        private byte[] identifier() {
            byte[] name = new byte[wordTo - wordFrom];
            int length = 0;
            boolean quoted = text.get(wordFrom) == '"';
            for (int i = quoted ? wordFrom + 1 : wordFrom; i < (quoted ? wordTo - 1 : wordTo); i++) {
                byte letter = text.get(i);
                if (quoted && letter == '"') {
                    i++;
                }
                name[length++] = !quoted && letter >= 'A' && letter <= 'Z' ? (byte) (letter + 32) : letter;
            }
            return Arrays.copyOf(name, length);
        }

        private static boolean isPartOfName(byte letter) {
            return letter < 0 || letter == '_' || letter == '$' || (letter >= '0' && letter <= '9') || ((letter | 0x20) >= 'a' && (letter | 0x20) <= 'z');
        }

        private void blanks() {
            while (at < to) {
                byte letter = text.get(at);
                if (letter == ' ' || (letter >= '\t' && letter <= '\r')) {
                    at++;
                } else if (!comment()) {
                    return;
                }
            }
        }

        private boolean comment() {
            if (follows('-', '-')) {
                while (at < to && text.get(at) != '\n' && text.get(at) != '\r') {
                    at++;
                }
                return true;
            }
            if (!follows('/', '*')) {
                return false;
            }
            int depth = 0;
            do {
                if (follows('/', '*')) {
                    depth++;
                    at += 2;
                } else if (follows('*', '/')) {
                    depth--;
                    at += 2;
                } else {
                    at++;
                }
            } while (depth > 0 && at < to);
            return true;
        }

        private boolean follows(char first, char second) {
            return at + 1 < to && text.get(at) == first && text.get(at + 1) == second;
        }

        private void token() {
            byte letter = text.get(at);
            if (letter == '\'' || letter == '"') {
                quoted(letter, false);
            } else if (letter == '$') {
                dollars();
            } else if (isPartOfName(letter)) {
                word();
                boolean escapes = wordTo - wordFrom == 1 && (text.get(wordFrom) | 0x20) == 'e';
                if (escapes && at < to && text.get(at) == '\'') {
                    quoted((byte) '\'', true);
                }
            } else if (!comment()) {
                at++;
            }
        }

        /** Goes behind the closing quote; a doubled one does not close. */
        private void quoted(byte quote, boolean escapes) {
            at++;
            while (at < to) {
                byte letter = text.get(at++);
                if (escapes && letter == '\\') {
                    at++;
                } else if (letter == quote) {
                    if (at < to && text.get(at) == quote) {
                        at++;
                    } else {
                        return;
                    }
                }
            }
        }

        /** Goes behind a literal in dollars, or a parameter such as {@code $1}. */
        private void dollars() {
            int open = at++;
            while (at < to && isPartOfName(text.get(at)) && text.get(at) != '$') {
                at++;
            }
            byte first = open + 1 < to ? text.get(open + 1) : 0;
            if (at >= to || text.get(at) != '$' || (first >= '0' && first <= '9')) {
                return;
            }
            at++;
            int tag = at - open;
            while (at < to && !repeats(open, tag)) {
                at++;
            }
            at = Math.min(to, at + tag);
        }

        private boolean repeats(int from, int length) {
            if (to - at < length) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (text.get(at + i) != text.get(from + i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
