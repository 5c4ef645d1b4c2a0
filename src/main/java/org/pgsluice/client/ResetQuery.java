package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;

/**
 * Knows messages behind which a client's values of its login may be gone: a Query that is a RESET ALL or DISCARD ALL and nothing else, which drivers send in
 * front of a session's first statement, in the same write; and what ends a string or a segment in which there was any RESET.
 */
final class ResetQuery {
    /** Longer than either of them with some blanks. */
    private static final int LONGEST = 24;

    private static final int RESETS = SessionEffects.RESET | SessionEffects.DEFAULT | SessionEffects.LOCAL_DEFAULT | SessionEffects.DISCARD;

    private ResetQuery() {}

    /** Whether those may have reset something. */
    static boolean isIn(Suspicions found) {
        return found.any(RESETS);
    }

    /** Whether the message from {@code at} to {@code end} has ended a string or a segment behind which something may be reset, with what was found so far. */
    static boolean mayEnd(ByteBuffer in, int at, int end, Suspicions found) {
        byte tag = in.get(at);
        boolean ends = (tag == FrontendTag.QUERY || tag == FrontendTag.SYNC || endsCopy(tag)) && end - at == 1 + Frames.length(in, at);
        return ends && (isIn(found) || is(in, at, end));
    }

    /** Whether a message of that type is the end of COPY data, behind which a query goes on that has waited for them. */
    static boolean endsCopy(byte tag) {
        return tag == FrontendTag.COPY_DONE || tag == FrontendTag.COPY_FAIL;
    }

    /** Whether the Query at {@code at}, of which the buffer may have the beginning only, has to be seen whole to know. */
    static boolean mustBeWhole(ByteBuffer in, int at, int end) {
        if (Frames.length(in, at) > 4 + LONGEST + 1) {
            return false;
        }
        int first = end - at > Frames.HEADER ? in.get(at + Frames.HEADER) : ' ';
        return first <= ' ' || (first | 0x20) == 'r' || (first | 0x20) == 'd';
    }

    /** Whether the message from {@code at} to {@code end}, which may be here in part only, is one. */
    private static boolean is(ByteBuffer in, int at, int end) {
        int length = end - at - Frames.HEADER - 1;
        if (in.get(at) != FrontendTag.QUERY || length > LONGEST || length < 9 || end - at != 1 + Frames.length(in, at)) {
            return false;
        }
        byte[] text = new byte[length];
        in.get(at + Frames.HEADER, text);
        String words = new String(text, StandardCharsets.ISO_8859_1).replace(';', ' ').strip().toUpperCase(Locale.ROOT);
        return words.endsWith("ALL") && (words.startsWith("RESET") || words.startsWith("DISCARD")) && words.split("\\s+", -1).length == 2;
    }
}
