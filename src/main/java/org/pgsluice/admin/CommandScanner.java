package org.pgsluice.admin;

import org.jspecify.annotations.Nullable;

/** Walks over the text of a command. Every method that finds what it looks for moves behind it. */
final class CommandScanner {
    private final String text;
    private int at;

    CommandScanner(String text) {
        this.text = text;
    }

    int position() {
        return at;
    }

    void moveTo(int position) {
        at = position;
    }

    void restart() {
        at = 0;
    }

    /** Whether there was at least one blank. */
    boolean blanks() {
        int start = at;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at > start;
    }

    /** Whether nothing follows but blanks and at most one semicolon. Moves nowhere. */
    boolean atEnd() {
        int start = at;
        blanks();
        if (symbol(';')) {
            blanks();
        }
        boolean end = at == text.length();
        at = start;
        return end;
    }

    /** Whether {@code symbol} is next. Moves nowhere. */
    boolean next(char symbol) {
        return at < text.length() && text.charAt(at) == symbol;
    }

    boolean symbol(char symbol) {
        boolean found = next(symbol);
        if (found) {
            at++;
        }
        return found;
    }

    /** Whether the text goes on with {@code word}, whatever comes behind. */
    boolean keyword(String word) {
        boolean found = text.regionMatches(true, at, word, 0, word.length());
        if (found) {
            at += word.length();
        }
        return found;
    }

    /** A bare word, or one in {@code quote}s with doubled quotes for one; null when neither is next. */
    @Nullable String word(char quote) {
        return next(quote) ? quoted(quote) : bare();
    }

    private @Nullable String bare() {
        int start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        return at == start ? null : text.substring(start, at);
    }

    private @Nullable String quoted(char quote) {
        StringBuilder word = new StringBuilder();
        int i = at + 1;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c == quote) {
                if (i == text.length() || text.charAt(i) != quote) {
                    at = i;
                    return word.toString();
                }
                i++;
            }
            word.append(c);
        }
        return null;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isWordPart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
    }
}
