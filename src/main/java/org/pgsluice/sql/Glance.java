package org.pgsluice.sql;

import java.nio.ByteBuffer;

/**
 * A quick look at a whole text, eight bytes at a time, which most texts need no more than: those that begin with SELECT, WITH, INSERT, UPDATE or DELETE, are
 * one statement, call no function of {@link SessionFunctions} and select INTO nothing. It knows no quotes, and so it is unsure rather too often, never too
 * seldom: no call hides from it, wherever it stands.
 */
final class Glance {
    /** It takes a walk to tell. */
    static final int UNSURE = -1;

    private static final long LOWS = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LOWER = 0x2020202020202020L;
    private static final long OPENING = LOWS * '(';
    private static final long SEMICOLON = LOWS * ';';
    private static final long N = LOWS * 'n';
    private static final long T = LOWS * 't';
    private static final long O = LOWS * 'o';

    private static final long SELECT = word("select");
    private static final long INSERT = word("insert");
    private static final long UPDATE = word("update");
    private static final long DELETE = word("delete");
    private static final int ONLY = (int) word("only");
    private static final int PG_CATALOG = (int) (word("pg_c") | LOWER);
    private static final int PG_SETTINGS = (int) (word("pg_s") | LOWER);
    private static final long WITH = word("with");

    private Glance() {}

    private static long word(String letters) {
        long all = 0;
        for (int i = 0; i < letters.length(); i++) {
            all = all << 8 | letters.charAt(i);
        }
        return all;
    }

    /** The effects of the text from {@code from} to {@code to}, which is all of it; or {@link #UNSURE}. The buffer's order is big-endian. */
    static int of(ByteBuffer text, int from, int to, SessionFunctions functions) {
        int at = firstWord(text, from, to);
        if (to - at < 16) {
            return UNSURE;
        }
        long eight = text.getLong(at) | LOWER;
        if (eight >>> 32 == WITH && Identifier.isBlank(text.get(at + 4))) {
            return isPlain(text, at + 4, to, true, functions) ? SessionEffects.NEXTVAL : UNSURE;
        }
        long first = eight >>> 16;
        boolean selects = first == SELECT;
        if ((!selects && first != INSERT && first != UPDATE && first != DELETE) || Identifier.goesOn(text.get(at + 6))) {
            return UNSURE;
        }
        if (first == UPDATE && mayBeOfSettings(text, at + 6, to)) {
            return UNSURE;
        }
        int effects = first == INSERT || first == UPDATE ? SessionEffects.NEXTVAL : SessionEffects.NONE;
        return isPlain(text, at + 6, to, selects, functions) ? effects : UNSURE;
    }

    /** Whether what an UPDATE is of may be PostgreSQL's view of settings: it is asked of the first four letters. */
    private static boolean mayBeOfSettings(ByteBuffer text, int from, int to) {
        int at = from;
        while (at < to && Identifier.isBlank(text.get(at))) {
            at++;
        }
        if (at + 4 > to || (text.get(at) | 0x20) < 'a' || text.get(at + 1) == '&') {
            return true;
        }
        int four = text.getInt(at) | (int) LOWER;
        return four == ONLY || four == PG_CATALOG || four == PG_SETTINGS;
    }

    /** Goes behind blanks and comments without others in them, as tools put them before a statement. */
    private static int firstWord(ByteBuffer text, int from, int to) {
        int at = from;
        while (at < to - 1) {
            byte letter = text.get(at);
            if (Identifier.isBlank(letter)) {
                at++;
            } else if (letter == '/' && text.get(at + 1) == '*') {
                at += 2;
                while (at < to - 1 && (text.get(at) != '*' || text.get(at + 1) != '/')) {
                    if (text.get(at) == '/' && text.get(at + 1) == '*') {
                        return to;
                    }
                    at++;
                }
                at += 2;
            } else {
                return at;
            }
        }
        return to;
    }

    private static boolean isPlain(ByteBuffer text, int from, int to, boolean selects, SessionFunctions functions) {
        int at = from;
        for (; at <= to - 10; at += 8) {
            long letters = text.getLong(at);
            long found = zeroes(letters ^ OPENING) | zeroes(letters ^ SEMICOLON);
            if (found != 0 && !arePlain(text, found, at, from, to, functions)) {
                return false;
            }
            // INTO: nto at any place.
            long into = ((letters | LOWER) ^ N) | ((text.getLong(at + 1) | LOWER) ^ T) | ((text.getLong(at + 2) | LOWER) ^ O);
            if (selects && zeroes(into) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            byte letter = text.get(at);
            if ((letter == '(' || letter == ';') && !isPlain(text, at, from, to, functions)) {
                return false;
            }
            if (selects && (letter | 0x20) == 'o' && at > from + 1 && (text.get(at - 1) | 0x20) == 't' && (text.get(at - 2) | 0x20) == 'n') {
                return false;
            }
        }
        return true;
    }

    /** The highest bit of each byte that is zero, and of none that is not below it; there may be more above a zero byte. */
    private static long zeroes(long bytes) {
        return (bytes - LOWS) & ~bytes & HIGHS;
    }

    private static boolean arePlain(ByteBuffer text, long found, int at, int from, int to, SessionFunctions functions) {
        for (long left = found; left != 0; left &= left - 1) {
            int here = at + 7 - (Long.numberOfTrailingZeros(left) >>> 3);
            byte letter = text.get(here);
            if ((letter == '(' || letter == ';') && !isPlain(text, here, from, to, functions)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(ByteBuffer text, int at, int from, int to, SessionFunctions functions) {
        return text.get(at) == ';' ? isLast(text, at, to) : !mayCall(text, at, from, functions);
    }

    /** Whether only blanks follow a semicolon. */
    private static boolean isLast(ByteBuffer text, int at, int to) {
        for (int next = at + 1; next < to; next++) {
            if (!Identifier.isBlank(text.get(next))) {
                return false;
            }
        }
        return true;
    }

    /** Whether what stands before a parenthesis may be the name of a function that counts. */
    private static boolean mayCall(ByteBuffer text, int parenthesis, int from, SessionFunctions functions) {
        int at = parenthesis - 1;
        while (at >= from && Identifier.isBlank(text.get(at))) {
            byte blank = text.get(at);
            if ((blank == '\n' || blank == '\r') && endsInComment(text, at, from)) {
                return true;
            }
            at--;
        }
        if (at < from) {
            return false;
        }
        byte last = text.get(at);
        if (last == '"' || last == '/') {
            return true; // a quoted name, or a comment between
        }
        if (!Identifier.goesOn(last)) {
            return false;
        }
        if (at > from && last != '$' && !Identifier.isDigit(last) && !functions.mayEnd(last, text.get(at - 1))) {
            return false;
        }
        int end = at + 1;
        while (at >= from && Identifier.goesOn(text.get(at))) {
            if (text.get(at) == '$') {
                return true; // the end of a literal in dollars, right before the name
            }
            at--;
        }
        // A number or a parameter may end where the name begins.
        return !Identifier.begins(text.get(at + 1)) || functions.mayBe(text, at + 1, end);
    }

    /** Whether the line that ends at {@code end} may have a comment at its end. */
    private static boolean endsInComment(ByteBuffer text, int end, int from) {
        for (int at = end - 1; at > from; at--) {
            byte letter = text.get(at);
            if (letter == '\n' || letter == '\r') {
                return false;
            }
            if (letter == '-' && text.get(at - 1) == '-') {
                return true;
            }
        }
        return false;
    }
}
