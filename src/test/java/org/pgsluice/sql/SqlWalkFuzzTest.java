package org.pgsluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random texts: a slow and obvious lexer takes them apart and writes them anew, without comments, with plain literals and one blank between tokens. The walk
 * must find the same in both, however it is cut in pieces, and a glance must never be sure of anything else.
 */
class SqlWalkFuzzTest {
    private static final int TEXTS = 60_000;
    private static final String[] PIECES = {
        "'", "'", "\"", "\"", "$$", "$a$", "$b", "$1", "--", "\n", "/*", "*/", ";", "(", ")", ",", ".", " ", " ", "\\", "e'", "E'", "U&'", "n'", "=", ":",
        "é", "a",
        "set ", "SET", "select ", "insert into t ", "set_config", "set_config(", "'a.b'", "true", "false", "local ", "session", "listen ", "into ", "currval(",
        "pg_advisory_lock", "begin", "update x ", "temp", "reset ", "0", "9", "-", "/", "*", "\r", "\t", "unlisten *", "values", "with x as ", "delete from t "
    };

    @Test
    void walkAgreesWithASlowLexer() {
        for (int seed = 0; seed < TEXTS; seed++) {
            String text = text(new Random(seed));
            SlowLexer slow = new SlowLexer(text);
            String plain = slow.plain();
            Suspicion ofText = walk(text, new Random(seed));
            Suspicion ofPlain = walk(plain, null);

            if (slow.doubtful()) {
                assertThat(ofText.effects() & SessionEffects.OPAQUE).as("seed %d: %s", seed, text).isNotZero();
            } else {
                assertThat(ofText).as("seed %d: %s%nas %s", seed, text, plain).isEqualTo(ofPlain);
            }
        }
    }

    @Test
    void glanceIsSureOnlyOfWhatTheWalkFinds() {
        int sure = 0;
        for (int seed = 0; seed < TEXTS; seed++) {
            Random random = new Random(seed);
            String[] firsts = new String[] {"select ", "INSERT ", "\n update\t", "delete ", "/* a */ with x as ", "/**//*/* */ */ select "};
            String text = firsts[random.nextInt(firsts.length)] + text(random);
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            int glance = Glance.of(bytes, 0, bytes.limit(), SessionFunctions.BUILT_IN);
            if (glance != Glance.UNSURE && !new SlowLexer(text).doubtful()) {
                sure++;
                int effects = walk(text, null).effects();
                // WITH may insert, and the glance does not look for that.
                assertThat(SessionEffects.names(glance | effects)).as("seed %d: %s", seed, text).isEqualTo(SessionEffects.names(glance));
                assertThat(glance & ~effects & ~SessionEffects.NEXTVAL).isZero();
            }
        }
        assertThat(sure).isGreaterThan(TEXTS / 50);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int left = 1 + random.nextInt(24); left > 0; left--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** In pieces if {@code cuts} says where. */
    private static Suspicion walk(String text, Random cuts) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        SqlWalk walk = new SqlWalk();
        walk.begin(SessionFunctions.BUILT_IN);
        int at = 0;
        while (at < bytes.limit()) {
            int to = cuts == null ? bytes.limit() : Math.min(bytes.limit(), at + 1 + cuts.nextInt(5));
            walk.walk(bytes, at, to);
            at = to;
        }
        walk.end();
        return walk.suspicion();
    }

    /** Takes a whole text apart, one regular expression of the manual after the other. */
    private static final class SlowLexer {
        private final String text;
        private final StringBuilder plain = new StringBuilder();
        private int at;
        private boolean doubtful;
        private boolean unclosed;
        private int quoteAt;

        SlowLexer(String text) {
            this.text = text;
            while (at < text.length()) {
                token();
            }
        }

        String plain() {
            return plain.toString();
        }

        /** Whether it can be read in two ways, or is no text of PostgreSQL's. */
        boolean doubtful() {
            return doubtful;
        }

        private void token() {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (text.startsWith("--", at)) {
                while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
                    at++;
                }
            } else if (text.startsWith("/*", at)) {
                comment();
            } else if (c == '\'') {
                literal(false);
            } else if (c == '"') {
                String name = quoted('"', false);
                doubtful |= quoteAt > 0 && text.charAt(quoteAt - 1) == '&';
                plain.append(unclosed ? "" : '"' + name.replace("\"", "\"\"") + "\" ");
            } else if (isLetter(c)) {
                int from = at;
                while (at < text.length() && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)) || text.charAt(at) == '$')) {
                    at++;
                }
                String word = text.substring(from, at);
                if (word.equalsIgnoreCase("e") && at < text.length() && text.charAt(at) == '\'') {
                    literal(true);
                } else {
                    plain.append(word).append(' ');
                }
            } else if (c == '$') {
                dollar();
            } else if (isDigit(c)) {
                while (at < text.length() && isDigit(text.charAt(at))) {
                    at++;
                }
                plain.append("1 ");
            } else {
                plain.append(c).append(' ');
                at++;
            }
        }

        private void comment() {
            int depth = 0;
            do {
                if (text.startsWith("/*", at)) {
                    depth++;
                    at += 2;
                } else if (text.startsWith("*/", at)) {
                    depth--;
                    at += 2;
                } else {
                    at++;
                }
            } while (depth > 0 && at < text.length());
        }

        private void literal(boolean escapes) {
            int from = at;
            String value = quoted('\'', escapes);
            boolean clear = !escapes || text.indexOf('\\', from) < 0 || text.indexOf('\\', from) >= at;
            plain.append(unclosed ? "" : clear ? "'" + value.replace("'", "''") + "' " : "e'\\x41' ");
        }

        /** What stands between quotes; up to the end where they are not closed. */
        private String quoted(char quote, boolean escapes) {
            quoteAt = at;
            StringBuilder value = new StringBuilder();
            at++;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (escapes && c == '\\' && at < text.length()) {
                    doubtful |= text.charAt(at - 2) > 127 && (text.charAt(at) == '\'' || text.charAt(at) == '\\');
                    value.append(text.charAt(at++));
                } else if (c == quote) {
                    doubtful |= quote == '\'' && !escapes && at >= 2 && text.charAt(at - 2) == '\\';
                    if (at < text.length() && text.charAt(at) == quote) {
                        value.append(c);
                        at++;
                    } else {
                        return value.toString();
                    }
                } else {
                    value.append(c);
                }
            }
            unclosed = true;
            return value.toString();
        }

        private void dollar() {
            int end = at + 1;
            while (end < text.length() && (isLetter(text.charAt(end)) || (isDigit(text.charAt(end)) && end > at + 1))) {
                end++;
            }
            if (end < text.length() && text.charAt(end) == '$') {
                String tag = text.substring(at, end + 1);
                int close = text.indexOf(tag, end + 1);
                String value = text.substring(end + 1, close < 0 ? text.length() : close);
                at = close < 0 ? text.length() : close + tag.length();
                plain.append(close < 0 ? "" : "$q_q$" + value + "$q_q$ ");
                return;
            }
            boolean number = at + 1 < text.length() && isDigit(text.charAt(at + 1));
            doubtful |= !number && end > at + 1;
            at++;
            int from = at;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
            plain.append('$').append(text, from, at).append(' ');
        }

        private static boolean isLetter(char c) {
            return c > 127 || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }
    }
}
