package org.pgsluice.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code key=value} pairs of an entry: blanks may surround the {@code =}; a value is bare up to the next blank, or in single quotes with two of them for
 * one; the last of equal keys counts; an empty value is an error.
 *
 * @param pairs in order of first appearance; those before the error when there is one
 * @param masked the text with every value hidden that is or might be a secret
 */
record ConnectionString(Map<String, String> pairs, boolean broken, String masked) {
    static ConnectionString parse(String text, Set<String> showable) {
        return new Scan(text, showable).run();
    }

    private static final class Scan {
        private final String text;
        private final Set<String> showable;
        private final Map<String, String> pairs = new LinkedHashMap<>();
        private final StringBuilder masked = new StringBuilder();
        private int at;

        Scan(String text, Set<String> showable) {
            this.text = text;
            this.showable = showable;
        }

        ConnectionString run() {
            boolean broken = false;
            while (!broken && !atEnd()) {
                broken = !pair();
            }
            if (broken) {
                // what follows an error may be the tail of a password
                masked.append(masked.isEmpty() ? "…" : " …");
            }
            return new ConnectionString(pairs, broken, masked.toString());
        }

        private boolean atEnd() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            return at == text.length();
        }

        private boolean pair() {
            int start = at;
            while (at < text.length() && text.charAt(at) != '=' && text.charAt(at) != ' ') {
                at++;
            }
            String key = text.substring(start, at);
            if (atEnd() || text.charAt(at) != '=' || key.isEmpty()) {
                return false;
            }
            at++;
            int from = at;
            String value = atEnd() ? null : text.charAt(at) == '\'' ? quoted() : bare();
            if (value == null || value.isEmpty()) {
                return false;
            }
            pairs.put(key, value);
            masked.append(masked.isEmpty() ? "" : " ").append(key).append('=');
            masked.append(showable.contains(key) ? text.substring(from, at).strip() : Secret.MASK);
            // PgBouncer drops the one character behind a value, whatever it is
            at = Math.min(at + 1, text.length());
            return true;
        }

        private String bare() {
            int space = text.indexOf(' ', at);
            int start = at;
            at = space < 0 ? text.length() : space;
            return text.substring(start, at);
        }

        private @Nullable String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '\'') {
                    if (at + 1 == text.length() || text.charAt(at + 1) != '\'') {
                        at++;
                        return value.toString();
                    }
                    at++;
                }
                value.append(c);
            }
            return null;
        }
    }
}
