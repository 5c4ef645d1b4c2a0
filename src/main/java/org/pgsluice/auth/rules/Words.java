package org.pgsluice.auth.rules;

import org.jspecify.annotations.Nullable;

/**
 * Cuts one line into words and commas, as PostgreSQL and PgBouncer do: blanks part words, {@code "} quotes and {@code ""} within quotes is a quote, {@code #}
 * begins a comment. Looks ahead by one word. Used by one thread.
 */
final class Words {
    private final String line;
    private int next;
    private @Nullable Word ahead;
    private boolean inOptions;

    Words(String line) {
        this.line = line;
    }

    /**
     * A word, or a comma between words.
     *
     * @param quoted whether it began with a quote: then it is a name and no keyword
     */
    record Word(String text, boolean quoted, boolean comma) {
        private static final Word COMMA = new Word(",", false, true);

        boolean is(String keyword) {
            return !quoted && !comma && text.equals(keyword);
        }

        /** Whether it begins with that character, which has a meaning there. */
        boolean begins(char sign) {
            return !quoted && !comma && text.length() > 1 && text.charAt(0) == sign;
        }
    }

    /** From here on there are options, whose values may have a {@code #} inside, as in a password. Nothing may have been looked at ahead. */
    void options() {
        assert ahead == null;
        inOptions = true;
    }

    /** The next word, which stays; null at the end. */
    @Nullable Word peek() throws BadLine {
        if (ahead == null) {
            ahead = scan();
        }
        return ahead;
    }

    /** The next word; null at the end. */
    @Nullable Word take() throws BadLine {
        Word taken = peek();
        ahead = null;
        return taken;
    }

    /** Takes the next word if it is a comma. */
    boolean takeComma() throws BadLine {
        Word word = peek();
        if (word == null || !word.comma()) {
            return false;
        }
        take();
        return true;
    }

    private @Nullable Word scan() throws BadLine {
        while (next < line.length() && isBlank(line.charAt(next))) {
            next++;
        }
        if (next >= line.length() || line.charAt(next) == '#') {
            next = line.length();
            return null;
        }
        if (line.charAt(next) == ',') {
            next++;
            return Word.COMMA;
        }
        boolean quoted = line.charAt(next) == '"';
        StringBuilder text = new StringBuilder();
        boolean inQuotes = false;
        for (; next < line.length(); next++) {
            char c = line.charAt(next);
            if (c == '"') {
                if (inQuotes && next + 1 < line.length() && line.charAt(next + 1) == '"') {
                    text.append(c);
                    next++;
                } else {
                    inQuotes = !inQuotes;
                }
            } else if (!inQuotes && (isBlank(c) || c == ',' || c == '#' && !inOptions)) {
                break;
            } else {
                text.append(c);
            }
        }
        if (inQuotes) {
            throw new BadLine("a quote is not closed");
        }
        return new Word(text.toString(), quoted, false);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
