package org.pgsluice.vars;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A parameter's value as the bytes that it came in: one char a byte. Where there are bytes beyond ASCII, a NUL and the name of their encoding follow, so that
 * two values are the same only if bytes and encoding are. A plain String, so that interned values compare by reference.
 */
public final class Raw {
    /** The encoding of what a client sends before it has one: that of the database, whichever it is. */
    public static final String OF_DATABASE = "";

    private static final char END = 0;

    private Raw() {}

    /** The value of {@code bytes} (one char a byte), which are in {@code encoding}. */
    public static String of(String bytes, String encoding) {
        return isAscii(bytes) ? bytes : bytes + END + encoding;
    }

    /** The bytes alone, one char each. */
    public static String bytes(String value) {
        int end = value.indexOf(END);
        return end < 0 ? value : value.substring(0, end);
    }

    /** The encoding of the bytes, null when all are ASCII. */
    public static @Nullable String encoding(String value) {
        int end = value.indexOf(END);
        return end < 0 ? null : value.substring(end + 1);
    }

    /** The bytes as they go to a client or a server. */
    public static byte[] toBytes(String value) {
        return bytes(value).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The value for people: what is UTF-8 as such, anything else one char a byte. */
    public static String readable(String value) {
        return "UTF8".equals(encoding(value)) ? new String(toBytes(value), StandardCharsets.UTF_8) : bytes(value);
    }

    /** The bytes in hexadecimal digits. */
    static String hex(String value) {
        return HexFormat.of().formatHex(toBytes(value));
    }

    static boolean isAscii(String bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
