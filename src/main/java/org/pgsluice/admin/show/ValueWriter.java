package org.pgsluice.admin.show;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.pgsluice.wire.MessageWriter;

/** Writes the values of a DataRow, length first, in text or binary format. Manual: "Formats and Format Codes". */
public final class ValueWriter {
    private static final int NUMERIC_BASE = 10_000;

    private final TimeText times;

    /** Times are shown in {@code zone}. */
    public ValueWriter(ZoneId zone) {
        times = new TimeText(zone);
    }

    void write(MessageWriter out, ValueType type, @Nullable Object value, boolean binary) {
        if (value == null) {
            out.int32(-1);
        } else if (binary) {
            binary(out, type, value);
        } else {
            bytes(out, text(type, value).getBytes(StandardCharsets.UTF_8));
        }
    }

    private String text(ValueType type, Object value) {
        return switch (type) {
            case TEXT, INT4 -> value.toString();
            case TIME -> times.format((Long) value);
            case INT8, NUMERIC -> Long.toUnsignedString((Long) value);
            case BYTEA -> "\\x" + HexFormat.of().formatHex((byte[]) value);
        };
    }

    private void binary(MessageWriter out, ValueType type, Object value) {
        switch (type) {
            case TEXT, TIME -> bytes(out, text(type, value).getBytes(StandardCharsets.UTF_8));
            case INT4 -> out.int32(4).int32((Integer) value);
            case INT8 -> out.int32(8).int64((Long) value);
            case NUMERIC -> numeric(out, (Long) value);
            case BYTEA -> bytes(out, (byte[]) value);
        }
    }

    /** Number of digits, weight of the first, sign, scale after the point, then the digits to the base 10000, without zeros at the end. */
    private static void numeric(MessageWriter out, long unsigned) {
        int[] digits = new int[5];
        int count = 0;
        for (long rest = unsigned; rest != 0; rest = Long.divideUnsigned(rest, NUMERIC_BASE)) {
            digits[count++] = (int) Long.remainderUnsigned(rest, NUMERIC_BASE);
        }
        int zeros = 0;
        while (zeros < count && digits[zeros] == 0) {
            zeros++;
        }
        int sent = count - zeros;
        out.int32(8 + 2 * sent);
        out.int16(sent).int16(Math.max(count - 1, 0)).int16(0).int16(0);
        for (int i = count - 1; i >= zeros; i--) {
            out.int16(digits[i]);
        }
    }

    private static void bytes(MessageWriter out, byte[] bytes) {
        out.int32(bytes.length).bytes(bytes);
    }
}
