package org.pgsluice.cancel;

/**
 * What PgBouncer and its peers write into a cancel key, so that each of them sees whose it is: the second byte and the third are the peer's number, the lower
 * first, and the last two bits of the eighth say how often the request may yet be forwarded. A longer key has the same in the same places.
 */
final class PeerMark {
    /** Keys shorter than this have no mark, and are nobody's. */
    static final int LENGTH = 8;

    private static final int TTL = 3;

    private PeerMark() {}

    /** Marks a fresh key as that of {@code peer}. */
    static void put(byte[] key, int peer) {
        key[1] = (byte) peer;
        key[2] = (byte) (peer >> 8);
        key[7] |= TTL;
    }

    static int peer(byte[] key) {
        return (key[1] & 0xff) | (key[2] & 0xff) << 8;
    }

    /** How often a request with that key may yet be forwarded. */
    static int hops(byte[] key) {
        return key[7] & TTL;
    }

    /** The key for the next hop. */
    static byte[] forwarded(byte[] key) {
        byte[] next = key.clone();
        next[7]--;
        return next;
    }

    /** The key as it was issued, however often it was forwarded. */
    static byte[] issued(byte[] key) {
        byte[] first = key.clone();
        first[7] |= TTL;
        return first;
    }
}
