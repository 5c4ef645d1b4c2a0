package org.pgsluice.cancel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.RandomSource;

/** The cancel keys that were given out, by their eight bytes. Thread-safe. */
public final class CancelKeys<T> {
    private static final int LENGTH = 8;

    private final Map<Long, T> holders = new ConcurrentHashMap<>();
    private final RandomSource random;

    public CancelKeys(RandomSource random) {
        this.random = random;
    }

    /** A fresh key that leads to {@code holder}. The first four bytes look like a process id, and those are never negative. */
    public byte[] issue(T holder) {
        byte[] key = new byte[LENGTH];
        do {
            random.nextBytes(key);
            key[0] &= 0x7f;
        } while (holders.putIfAbsent(number(key), holder) != null);
        return key;
    }

    /** A key that another process issued leads to {@code holder} from now on. */
    public void adopt(byte[] key, T holder) {
        if (key.length == LENGTH) {
            holders.put(number(key), holder);
        }
    }

    /** The holder of a key that came over the network; null when it is nobody's. */
    public @Nullable T find(byte[] key) {
        return key.length == LENGTH ? holders.get(number(key)) : null;
    }

    public void drop(byte[] key) {
        holders.remove(number(key));
    }

    private static long number(byte[] key) {
        long value = 0;
        for (byte b : key) {
            value = value << 8 | b & 0xff;
        }
        return value;
    }
}
