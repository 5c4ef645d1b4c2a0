package org.pgsluice.prepared;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements of an SQL text that make a session forget prepared statements: {@code DEALLOCATE name}, {@code DEALLOCATE ALL}, {@code DISCARD ALL}. What
 * stands in literals, quoted names, comments and function bodies is none. Manual: "Lexical Structure".
 *
 * @param all whether one of them forgets all
 * @param names the names that the others have, in order
 */
public record Deallocations(boolean all, List<Name> names) {
    /** A name, and where it is written in the buffer. */
    @SuppressWarnings("ArrayRecordComponent") // made once, for one message
    public record Name(byte[] name, int from, int to) {}

    private static final String DEALLOCATE = "deallocate";
    private static final String DISCARD = "discard";

    /** Those of the text from {@code from} to {@code to}; null when there are none. */
    public static @Nullable Deallocations in(ByteBuffer text, int from, int to) {
        if (!mayHaveSome(text, from, to)) {
            return null;
        }
        Deallocations found = of(new SqlScan(text, from, to));
        return found.all || !found.names.isEmpty() ? found : null;
    }

    /** Whether the first word says that a text which is one statement forgets some. Quick: most texts begin with another letter. */
    public static boolean begins(ByteBuffer text, int from, int to) {
        if (from >= to) {
            return false;
        }
        int first = text.get(from);
        // A letter other than d cannot; a comment or blanks may stand before.
        return ((first | 0x20) == 'd' || first <= '/') && in(text, from, to) != null;
    }

    private static boolean mayHaveSome(ByteBuffer text, int from, int to) {
        for (int at = from; at < to - 6; at++) {
            if ((text.get(at) | 0x20) == 'd' && (SqlScan.isWord(text, at, to, DEALLOCATE) || SqlScan.isWord(text, at, to, DISCARD))) {
                return true;
            }
        }
        return false;
    }

    private static Deallocations of(SqlScan scan) {
        List<Name> names = new ArrayList<>();
        boolean all = false;
        while (!scan.isOver()) {
            if (scan.word()) {
                if (scan.is(DISCARD)) {
                    all |= scan.word() && scan.is("all");
                } else if (scan.is(DEALLOCATE)) {
                    all |= !deallocated(scan, names);
                }
            }
            scan.statementEnds();
        }
        return new Deallocations(all, List.copyOf(names));
    }

    /** Adds what the statement names; false when it is all. */
    private static boolean deallocated(SqlScan scan, List<Name> names) {
        boolean named = scan.name();
        if (named && scan.is("prepare") && scan.name()) {
            named = true;
        }
        if (named && scan.is("all")) {
            return false;
        }
        if (named) {
            names.add(new Name(scan.identifier(), scan.nameFrom(), scan.nameTo()));
        }
        return true;
    }
}
