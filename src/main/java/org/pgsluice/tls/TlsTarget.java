package org.pgsluice.tls;

import org.jspecify.annotations.Nullable;
import org.pgsluice.config.SslMode;

/**
 * Whom a connection is opened to, as far as TLS is concerned.
 *
 * @param host the name or the address from the configuration; the other side is told the name, so that it can choose its certificate
 * @param verifiesHost whether the certificate must be for that host
 * @param named whether the protocol is named in the handshake (ALPN), which a server needs that gets no SSLRequest before
 */
public record TlsTarget(String host, boolean verifiesHost, boolean named) {
    /** As {@code mode} asks for it. */
    public static TlsTarget of(String host, SslMode mode, boolean named) {
        return new TlsTarget(host, mode == SslMode.VERIFY_FULL, named);
    }

    /** An address is not told, as the standard has it. */
    @Nullable String serverName() {
        return isAddress() || host.isEmpty() ? null : host;
    }

    @Nullable String verifiedName() {
        return verifiesHost ? host : null;
    }

    /** A name never has a colon, nor a last label of digits alone. */
    boolean isAddress() {
        int last = host.lastIndexOf('.') + 1;
        return host.indexOf(':') >= 0 || last > 0 && last < host.length() && host.chars().skip(last).allMatch(c -> c >= '0' && c <= '9');
    }
}
