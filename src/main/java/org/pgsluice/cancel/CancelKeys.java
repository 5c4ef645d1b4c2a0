package org.pgsluice.cancel;

import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.RandomSource;

/** The cancel keys that were given out, found by their first eight bytes. Thread-safe. */
public final class CancelKeys<T> {
    /** What clients of protocol 3.0 know. */
    public static final int SHORT = PeerMark.LENGTH;
    /** For clients of protocol 3.2: not to be guessed. */
    public static final int LONG = 32;

    private final Map<Long, Held<T>> holders = new ConcurrentHashMap<>();
    private final RandomSource random;

    public CancelKeys(RandomSource random) {
        this.random = random;
    }

    private record Held<T>(byte[] key, T holder) {}

    /**
     * A fresh key that leads to {@code holder}. The first four bytes look like a process id, and those are never negative.
     *
     * @param length {@link #SHORT} or {@link #LONG}
     * @param peer the number of this process among its peers, 0 for none
     */
    public byte[] issue(T holder, int length, int peer) {
        byte[] key = new byte[length];
        do {
            random.nextBytes(key);
            key[0] &= 0x7f;
            if (peer > 0) {
                PeerMark.put(key, peer);
            }
        } while (holders.putIfAbsent(number(key), new Held<>(key, holder)) != null);
        return key;
    }

    /** A key that another process issued leads to {@code holder} from now on. */
    public void adopt(byte[] key, T holder) {
        if (key.length >= SHORT) {
            holders.put(number(key), new Held<>(key, holder));
        }
    }

    /**
     * The holder of a key that came over the network; null when it is nobody's.
     *
     * @param forwarded whether peers may have counted it down
     */
    public @Nullable T find(byte[] key, boolean forwarded) {
        if (key.length < SHORT) {
            return null;
        }
        byte[] issued = forwarded ? PeerMark.issued(key) : key;
        Held<T> held = holders.get(number(issued));
        return held != null && MessageDigest.isEqual(held.key, issued) ? held.holder : null;
    }

    public void drop(byte[] key) {
        if (key.length >= SHORT) {
            holders.remove(number(key));
        }
    }

    private static long number(byte[] key) {
        long value = 0;
        for (int i = 0; i < SHORT; i++) {
            value = value << 8 | key[i] & 0xff;
        }
        return value;
    }
}
