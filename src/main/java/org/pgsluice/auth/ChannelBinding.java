package org.pgsluice.auth;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What ties a SCRAM login to the TLS connection that it runs over, by {@code tls-server-end-point} (RFC 5929): the hash of the certificate that the TLS server
 * has shown. Whoever stands between the two ends shows another one. Immutable.
 */
public final class ChannelBinding {
    static final String TYPE = "tls-server-end-point";
    /** How the first SCRAM message of a client that binds begins. */
    static final String HEADER = "p=" + TYPE + ",,";

    private final byte[] hash;

    private ChannelBinding(byte[] hash) {
        this.hash = hash.clone();
    }

    /**
     * The binding to a certificate; null where there is none.
     *
     * @param certificateHash the certificate's hash, by the algorithm of its signature; where that is MD5 or SHA-1, by SHA-256; empty where it has none
     */
    public static @Nullable ChannelBinding to(byte[] certificateHash) {
        return certificateHash.length == 0 ? null : new ChannelBinding(certificateHash);
    }

    /** What the last SCRAM message of a client has to repeat, behind {@code c=}. */
    String repeated() {
        byte[] header = HEADER.getBytes(StandardCharsets.US_ASCII);
        byte[] both = new byte[header.length + hash.length];
        System.arraycopy(header, 0, both, 0, header.length);
        System.arraycopy(hash, 0, both, header.length, hash.length);
        return Scram.encodeBase64(both);
    }
}
