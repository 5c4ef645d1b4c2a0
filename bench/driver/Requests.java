package org.pgsluice.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a transaction, made once. */
final class Requests {
    static final byte[] TERMINATE = new Bytes().message('X').toArray();

    private static final int VARIANTS = 64;
    private static final int COPY_MESSAGE = 8192;

    /** What begins a transaction. */
    private final byte[][] first;
    /** What answers CopyInResponse. */
    final byte[] copy;

    Requests(String kind, String sql, int batch, int bytes) {
        first = new byte[VARIANTS][];
        for (int i = 0; i < VARIANTS; i++) {
            String key = Integer.toString(1 + i * 997);
            first[i] = kind.equals("pipeline") ? pipeline(sql, key, batch) : new Bytes().message('Q', sql.replace("$1", key)).toArray();
        }
        copy = kind.equals("copyin") ? copy(bytes) : new byte[0];
    }

    /** Whether there is no SQL to send. */
    boolean isEmpty() {
        return first[0].length <= 6;
    }

    byte[] next(int count) {
        return first[count % VARIANTS];
    }

    private static byte[] pipeline(String sql, String key, int batch) {
        Bytes bytes = new Bytes();
        for (int i = 0; i < batch; i++) {
            bytes.message('P', "", sql, (short) 0)
                    .message('B', "", "", (short) 0, (short) 1, key.length(), key.getBytes(StandardCharsets.US_ASCII), (short) 0)
                    .message('D', new byte[] {'P', 0})
                    .message('E', "", 0);
        }
        return bytes.message('S').toArray();
    }

    /** Lines of 100 bytes, in messages of 8 KiB as libpq sends them. */
    private static byte[] copy(int size) {
        byte[] data = new byte[size / 100 * 100];
        Arrays.fill(data, (byte) 'x');
        for (int i = 99; i < data.length; i += 100) {
            data[i] = '\n';
        }
        Bytes bytes = new Bytes();
        for (int at = 0; at < data.length; at += COPY_MESSAGE) {
            bytes.message('d', Arrays.copyOfRange(data, at, Math.min(data.length, at + COPY_MESSAGE)));
        }
        return bytes.message('c').toArray();
    }
}
