package org.pgsluice.tls;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a session says of itself once its handshake is through. For as long as the session lives, and on its reactor. */
public final class TlsFacts {
    private static final MethodHandle VERSION = OpenSsl.ssl("SSL_get_version");
    private static final MethodHandle CIPHER = OpenSsl.ssl("SSL_get_current_cipher");
    private static final MethodHandle CIPHER_NAME = OpenSsl.ssl("SSL_CIPHER_get_name");
    private static final MethodHandle KEY_EXCHANGE = OpenSsl.ssl("SSL_CIPHER_get_kx_nid");
    private static final MethodHandle CONTROL = OpenSsl.ssl("SSL_ctrl");
    private static final MethodHandle SHORT_NAME = OpenSsl.crypto("OBJ_nid2sn");
    private static final MethodHandle CHOSEN_PROTOCOL = OpenSsl.ssl("SSL_get0_alpn_selected");
    private static final MethodHandle OWN_CERTIFICATE = OpenSsl.ssl("SSL_get_certificate");
    private static final MethodHandle PEER_CERTIFICATE = OpenSsl.ssl("SSL_get1_peer_certificate");
    private static final MethodHandle FREE = OpenSsl.crypto("X509_free");

    private static final int NEGOTIATED_GROUP = 134;
    private static final int ECDHE = 1038;
    private static final int DHE = 1039;

    private final long ssl;

    TlsFacts(long ssl) {
        this.ssl = ssl;
    }

    /** Version, cipher and key exchange as PgBouncer writes them: {@code TLSv1.3/TLS_AES_256_GCM_SHA384}. */
    public String summary() {
        long cipher = OpenSsl.call(CIPHER, ssl);
        String text = OpenSsl.string(OpenSsl.call(VERSION, ssl)) + "/" + (cipher == 0 ? "-" : OpenSsl.string(OpenSsl.call(CIPHER_NAME, cipher)));
        return cipher == 0 ? text : text + switch ((int) OpenSsl.call(KEY_EXCHANGE, cipher)) {
            case ECDHE -> "/ECDH=" + group();
            case DHE -> "/DH=?";
            default -> "";
        };
    }

    private String group() {
        return OpenSsl.string(OpenSsl.call(SHORT_NAME, OpenSsl.call(CONTROL, ssl, NEGOTIATED_GROUP, 0, 0, 0)));
    }

    /** The protocol above TLS that both sides have agreed on by name; null when they have not. */
    public @Nullable String protocol() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(JAVA_LONG);
            MemorySegment length = arena.allocate(JAVA_INT);
            OpenSsl.call(CHOSEN_PROTOCOL, ssl, name.address(), length.address());
            int bytes = length.get(JAVA_INT, 0);
            return bytes == 0 ? null : new String(OpenSsl.bytes(name.get(JAVA_LONG, 0), bytes), StandardCharsets.US_ASCII);
        }
    }

    /** The certificate that we have shown; null for none. */
    public @Nullable Certificate ownCertificate() {
        long certificate = OpenSsl.call(OWN_CERTIFICATE, ssl);
        return certificate == 0 ? null : Certificate.read(certificate);
    }

    /** The certificate that the other side has shown; null for none. */
    public @Nullable Certificate peerCertificate() {
        long certificate = OpenSsl.call(PEER_CERTIFICATE, ssl);
        if (certificate == 0) {
            return null;
        }
        try {
            return Certificate.read(certificate);
        } finally {
            OpenSsl.call(FREE, certificate);
        }
    }
}
