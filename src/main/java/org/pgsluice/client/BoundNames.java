package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.Suspicions;

/** Reads the values of a Bind that name settings: the first arguments of set_config. Manual: "Message Formats", Bind. */
final class BoundNames {
    private static final int LONGEST = 256;

    private BoundNames() {}

    /** Adds the values of the parameters of those numbers; one that is not here, or too long, is a name that is not known. */
    static void read(ByteBuffer in, int from, int to, List<Integer> numbers, Suspicions found) {
        for (int number : numbers) {
            String name = value(in, from, to, number);
            if (name == null) {
                found.add(SessionEffects.UNKNOWN_NAME);
            } else {
                found.addSetting(name.toLowerCase(Locale.ROOT));
            }
        }
    }

    private static @Nullable String value(ByteBuffer in, int from, int to, int number) {
        if (from + 2 > to) {
            return null;
        }
        int formats = in.getShort(from) & 0xffff;
        int at = from + 2 + 2 * formats;
        if (at + 2 > to || number > (in.getShort(at) & 0xffff)) {
            return null;
        }
        int format = formats == 0 ? 0 : formats == 1 ? in.getShort(from + 2) : number <= formats ? in.getShort(from + 2 * number) : 1;
        at += 2;
        for (int i = 1; at + 4 <= to; i++) {
            int length = in.getInt(at);
            at += 4;
            if (i == number) {
                // What is sent in binary of a text is the text.
                boolean known = (format == 0 || format == 1) && length > 0 && length <= LONGEST && at + length <= to;
                return known ? text(in, at, length) : null;
            }
            at += Math.max(length, 0);
            if (at < 0) {
                return null;
            }
        }
        return null;
    }

    private static String text(ByteBuffer in, int at, int length) {
        byte[] bytes = new byte[length];
        in.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
