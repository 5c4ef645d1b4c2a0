package org.pgsluice.server;

import org.jspecify.annotations.Nullable;
import org.pgsluice.config.ServerTls;
import org.pgsluice.config.SslMode;
import org.pgsluice.config.SslNegotiation;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;
import org.pgsluice.tls.TlsSettings;

/**
 * TLS to servers as one combination of settings asks for it. OpenSSL's part of it is made when it is needed: most servers of a pooler that "prefers" TLS offer
 * none. Any thread.
 */
public final class ServerContext {
    private final ServerTls tls;
    private volatile @Nullable TlsContext context;
    private volatile boolean impossible;

    ServerContext(ServerTls tls) {
        this.tls = tls;
    }

    /** What the configuration says. */
    ServerTls tls() {
        return tls;
    }

    /** Whether servers are not even asked for TLS. */
    boolean isPlain() {
        return tls.mode() == SslMode.DISABLE || impossible;
    }

    /** OpenSSL is not here. True if connections stay plain from now on, false where they must not. */
    boolean goPlain() {
        impossible = tls.isMild();
        return impossible;
    }

    /** Whether a connection without TLS is of no use. */
    boolean isRequired() {
        return tls.mode().compareTo(SslMode.REQUIRE) >= 0;
    }

    /** Whether TLS begins without a request. */
    boolean isDirect() {
        return tls.negotiation() == SslNegotiation.DIRECT;
    }

    /** OpenSSL's part, if it is made already. */
    @Nullable TlsContext made() {
        return context;
    }

    /** OpenSSL's part. Reads files: beside the reactors. */
    synchronized TlsContext make() throws TlsException {
        TlsContext known = context;
        if (known == null) {
            if (isDirect() && !isRequired()) {
                throw new TlsException("server_tls_sslnegotiation=direct needs server_tls_sslmode=require or more, not " + tls.mode().word());
            }
            known = TlsContext.connecting(new TlsSettings("server_tls", tls.mode(), tls.protocols(), tls.ciphers(), tls.tls13Ciphers(), tls.keyFile(),
                    tls.certFile(), tls.caFile(), "auto", "auto"));
            context = known;
        }
        return known;
    }

    /** Whether {@code other} came of the same settings, and of files with the same contents. */
    boolean isSameAs(ServerContext other) {
        TlsContext mine = context;
        return tls.equals(other.tls) && (mine == null || mine.isSameAs(other.context));
    }
}
