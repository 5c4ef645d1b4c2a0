package org.pgsluice.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.SslMode;

/**
 * TLS as one configuration asks for it, with its keys and certificates read. Immutable; any thread. Making one reads files and takes milliseconds (the first
 * one more, as it loads OpenSSL), so it is made beside the reactors. Connections keep what they need of it, so that one which is replaced needs no closing.
 */
public final class TlsContext {
    private final TlsSettings settings;
    private final boolean accepts;
    private final String fingerprint;
    private final NativeContext context;
    private final byte[] endPointHash;

    private TlsContext(TlsSettings settings, boolean accepts) throws TlsException {
        TlsFiles files = TlsFiles.read(settings);
        this.settings = settings;
        this.accepts = accepts;
        this.fingerprint = fingerprint(settings, files);
        this.context = new NativeContext(settings, accepts, files);
        this.endPointHash = context.endPointHash();
    }

    /** One for the side that accepts connections. Reads files. */
    public static TlsContext accepting(TlsSettings settings) throws TlsException {
        return make(settings, true, OpenSslLibrary.INSTALLED);
    }

    /** One for the side that opens connections. Reads files. */
    public static TlsContext connecting(TlsSettings settings) throws TlsException {
        return make(settings, false, OpenSslLibrary.INSTALLED);
    }

    /** The library is looked for before anything of it is used. */
    static TlsContext make(TlsSettings settings, boolean accepts, OpenSslLibrary library) throws TlsException {
        library.require(settings.setting("sslmode"));
        try {
            return new TlsContext(settings, accepts);
        } catch (LinkageError broken) {
            throw OpenSslLibrary.unusable(settings.setting("sslmode"), broken);
        }
    }

    /** How much TLS a connection has to have. */
    public SslMode mode() {
        return settings.mode();
    }

    /** The hash of our certificate that SCRAM binds to ({@code tls-server-end-point}); empty for none. */
    public byte[] endPointHash() {
        return endPointHash.clone();
    }

    /** Whether {@code other} came of the same settings and files with the same contents. */
    public boolean isSameAs(@Nullable TlsContext other) {
        return other != null && accepts == other.accepts && fingerprint.equals(other.fingerprint);
    }

    boolean accepts() {
        return accepts;
    }

    NativeContext context() {
        return context;
    }

    /** What tells contexts apart, of which nothing can be read. */
    private static String fingerprint(TlsSettings settings, TlsFiles files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(settings.toString().getBytes(StandardCharsets.UTF_8));
            for (byte[] content : List.of(files.contentOfKey(), files.contentOfCertificates(), files.contentOfAuthorities())) {
                digest.update(ByteBuffer.allocate(4).putInt(content.length).flip());
                digest.update(content);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
