package org.pgsluice.net;

/** Random bytes for keys, nonces and salts: cryptographic in the product, seeded in the simulation. Thread-safe. */
public interface RandomSource {
    void nextBytes(byte[] into);
}
