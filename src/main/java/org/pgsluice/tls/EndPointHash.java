package org.pgsluice.tls;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The hash of a certificate that {@code tls-server-end-point} names: by its signature's algorithm, but SHA-256 for MD5 and SHA-1. A signature without a hash of
 * its own (Ed25519) has none, and PostgreSQL ends a login that binds to such a certificate.
 */
final class EndPointHash {
    private static final MethodHandle SIGNATURE = OpenSsl.crypto("X509_get_signature_info");
    private static final MethodHandle NAME = OpenSsl.crypto("OBJ_nid2sn");
    private static final MethodHandle DIGEST_OF_NAME = OpenSsl.crypto("EVP_get_digestbyname");
    private static final MethodHandle SHA256 = OpenSsl.crypto("EVP_sha256");
    private static final MethodHandle DIGEST = OpenSsl.crypto("X509_digest");

    private static final int NONE = 0;
    private static final int MD5 = 4;
    private static final int SHA1 = 64;
    private static final int LONGEST = 64;

    private EndPointHash() {}

    /** The hash; empty where there is none. */
    static byte[] of(long x509) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            OpenSsl.call(SIGNATURE, x509, number.address(), 0, 0, 0);
            int algorithm = number.get(JAVA_INT, 0);
            boolean weak = algorithm == MD5 || algorithm == SHA1;
            long digest = algorithm == NONE ? 0 : weak ? OpenSsl.call(SHA256, 0) : OpenSsl.call(DIGEST_OF_NAME, OpenSsl.call(NAME, algorithm));
            if (digest == 0) {
                return new byte[0];
            }
            MemorySegment hash = arena.allocate(LONGEST);
            OpenSsl.call(DIGEST, x509, digest, hash.address(), number.address(), 0);
            return OpenSsl.bytes(hash.address(), number.get(JAVA_INT, 0));
        }
    }
}
