package org.pgsluice.config;

import org.jspecify.annotations.Nullable;

/** Reads integers as C's strtol and atoi do, since that is what existing files were written for. */
final class CNumber {
    private CNumber() {}

    /** The whole text as an integer: decimal, 0x hexadecimal, or octal behind a leading 0; leading blanks and a sign may stand before. Null: not one. */
    static @Nullable Long strtol(String text) {
        int at = skipBlanks(text);
        boolean negative = false;
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            negative = text.charAt(at++) == '-';
        }
        int radix = 10;
        if (at + 1 < text.length() && text.charAt(at) == '0') {
            boolean hex = (text.charAt(at + 1) | 0x20) == 'x';
            radix = hex ? 16 : 8;
            at += hex ? 2 : 1;
        }
        if (at == text.length()) {
            return null;
        }
        long value = 0;
        for (; at < text.length(); at++) {
            int digit = digit(text.charAt(at), radix);
            if (digit < 0) {
                return null;
            }
            // far above any limit that is checked later, and far below overflow
            value = Math.min(value * radix + digit, 1L << 50);
        }
        return negative ? -value : value;
    }

    /** The decimal number at the start of the text, 0 when there is none; what follows is not looked at. */
    static int atoi(String text) {
        int at = skipBlanks(text);
        boolean negative = false;
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            negative = text.charAt(at++) == '-';
        }
        long value = 0;
        for (; at < text.length() && digit(text.charAt(at), 10) >= 0; at++) {
            value = Math.min(value * 10 + digit(text.charAt(at), 10), Integer.MAX_VALUE);
        }
        return (int) (negative ? -value : value);
    }

    /** Whether {@link #atoi} reads all of the text, and so what its writer meant. */
    static boolean isWhole(String text) {
        int at = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        if (at == text.length() || text.length() - at > 10) {
            return false;
        }
        for (; at < text.length(); at++) {
            if (digit(text.charAt(at), 10) < 0) {
                return false;
            }
        }
        return true;
    }

    private static int skipBlanks(String text) {
        int at = 0;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** C's isspace in the C locale. */
    static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static int digit(char c, int radix) {
        int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
        return digit < radix ? digit : -1;
    }
}
