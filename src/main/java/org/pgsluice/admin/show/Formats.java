package org.pgsluice.admin.show;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The format of each result column, as a Bind message asks for: none means text for all, one is for all, otherwise one a column. */
public final class Formats {
    public static final Formats TEXT = new Formats(new int[0]);

    static final int BINARY = 1;

    private final int[] codes;

    private Formats(int[] codes) {
        this.codes = codes;
    }

    /** The formats for a result of {@code columns} columns, or null when number or values of the codes make no sense. */
    public static @Nullable Formats of(int[] codes, int columns) {
        if (codes.length > 1 && codes.length != columns) {
            return null;
        }
        for (int code : codes) {
            if (code != 0 && code != BINARY) {
                return null;
            }
        }
        return codes.length == 0 ? TEXT : new Formats(Arrays.copyOf(codes, codes.length));
    }

    int code(int column) {
        return codes.length == 0 ? 0 : codes[codes.length == 1 ? 0 : column];
    }
}
