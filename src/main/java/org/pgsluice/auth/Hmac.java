package org.pgsluice.auth;

import java.security.DigestException;
import java.security.MessageDigest;

/**
 * HMAC-SHA-256 (RFC 2104) with one key, which two digests have already eaten. Copies of them halve the blocks to hash where a key is used again and again: 1.7
 * ms for 4096 iterations of SCRAM against 3.2 ms with {@code javax.crypto.Mac}. And the first login does not load {@code javax.crypto} with its providers and
 * policies. For one thread.
 */
final class Hmac {
    private static final int BLOCK_LENGTH = 64;

    private final MessageDigest inner;
    private final MessageDigest outer;

    Hmac(byte[] key) {
        byte[] block = key.length > BLOCK_LENGTH ? Scram.sha256(key) : key;
        byte[] ipad = new byte[BLOCK_LENGTH];
        byte[] opad = new byte[BLOCK_LENGTH];
        for (int i = 0; i < BLOCK_LENGTH; i++) {
            int k = i < block.length ? block[i] : 0;
            ipad[i] = (byte) (k ^ 0x36);
            opad[i] = (byte) (k ^ 0x5c);
        }
        inner = Scram.sha256();
        outer = Scram.sha256();
        inner.update(ipad);
        outer.update(opad);
    }

    /** The code of all {@code parts}, one behind the other, into the first 32 bytes of {@code into}, which may be one of the parts. */
    void sign(byte[] into, byte[]... parts) {
        try {
            MessageDigest hash = (MessageDigest) inner.clone();
            for (byte[] part : parts) {
                hash.update(part);
            }
            hash.digest(into, 0, Scram.KEY_LENGTH);
            hash = (MessageDigest) outer.clone();
            hash.update(into, 0, Scram.KEY_LENGTH);
            hash.digest(into, 0, Scram.KEY_LENGTH);
        } catch (CloneNotSupportedException | DigestException e) {
            throw new IllegalStateException(e);
        }
    }
}
