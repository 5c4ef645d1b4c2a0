package org.pgsluice.handover;

import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.FdRow;

/** A row of SHOW HANDOVER, or of another pooler's SHOW FDS, and the descriptor that came with it. */
record HandedRow(int descriptor, FdRow row) {
    private static final int COLUMNS = 15;

    /** @throws IllegalArgumentException when it is no such row */
    static HandedRow of(OldProcess.Row answered) {
        List<byte @Nullable []> values = answered.values();
        if (values.size() < COLUMNS || answered.descriptor() < 0) {
            throw new IllegalArgumentException(answered.descriptor() < 0 ? "a row came without its descriptor" : "a row has " + values.size() + " columns");
        }
        String task = text(values, 1);
        String address = text(values, 4);
        if (task == null || address == null) {
            throw new IllegalArgumentException("a row has no task or no address");
        }
        return new HandedRow(answered.descriptor(), new FdRow(
                (int) number(values, 0),
                task,
                text(values, 2),
                text(values, 3),
                address,
                (int) number(values, 5),
                number(values, 6),
                (int) number(values, 7),
                text(values, 8),
                text(values, 9),
                text(values, 10),
                text(values, 11),
                text(values, 12),
                bytes(values, 13),
                bytes(values, 14),
                values.size() > COLUMNS ? bytes(values, COLUMNS) : null));
    }

    private static @Nullable String text(List<byte @Nullable []> values, int index) {
        return OldProcess.text(values.get(index));
    }

    private static long number(List<byte @Nullable []> values, int index) {
        String text = text(values, index);
        if (text == null || text.isEmpty()) {
            return 0;
        }
        return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
    }

    private static byte @Nullable [] bytes(List<byte @Nullable []> values, int index) {
        String text = text(values, index);
        if (text == null) {
            return null;
        }
        if (!text.startsWith("\\x")) {
            throw new IllegalArgumentException("column " + (index + 1) + " is not hexadecimal");
        }
        return HexFormat.of().parseHex(text, 2, text.length());
    }
}
