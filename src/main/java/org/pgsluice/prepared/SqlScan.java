package org.pgsluice.prepared;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Goes over an SQL text token by token, as far as it takes to know where its statements begin and which words and names they begin with. It takes backslashes
 * for what they are with standard_conforming_strings. Manual: "Lexical Structure".
 */
final class SqlScan {
    private final ByteBuffer text;
    private final int to;
    private int at;
    private int wordFrom;
    private int wordTo;

    /** Over the text from {@code from} to {@code to}. */
    SqlScan(ByteBuffer text, int from, int to) {
        this.text = text;
        this.at = from;
        this.to = to;
    }

    /** Whether the letters at {@code at}, in whatever case, are that word, which has small letters. */
    static boolean isWord(ByteBuffer text, int at, int to, String word) {
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

    /** Whether the text is through. */
    boolean isOver() {
        return at >= to;
    }

    /** Where it is. */
    int at() {
        return at;
    }

    /** Where the name stands that was found last. */
    int nameFrom() {
        return wordFrom;
    }

    int nameTo() {
        return wordTo;
    }

    /** Whether that is not in quotes. */
    boolean isPlain() {
        return text.get(wordFrom) != '"';
    }

    /** Goes to the semicolon that ends the statement, or to the end of the text; returns where that is, and goes behind it. */
    int statementEnds() {
        while (at < to && text.get(at) != ';') {
            token();
        }
        int end = Math.min(at, to);
        at++;
        return end;
    }

    /** Goes behind the next name, plain or quoted; where it is written is noted. False, and nothing is noted, when something else follows. */
    boolean name() {
        blanks();
        if (at < to && text.get(at) == '"') {
            wordFrom = at;
            quoted((byte) '"', false);
            wordTo = at;
            return true;
        }
        return word();
    }

    boolean word() {
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

    boolean is(String word) {
        return isPlain() && wordTo - wordFrom == word.length() && isWord(text, wordFrom, to, word);
    }

    byte[] identifier() {
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

    void blanks() {
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

    void token() {
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
