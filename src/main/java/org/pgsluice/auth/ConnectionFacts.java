package org.pgsluice.auth;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client's connection without asking the client. Immutable.
 *
 * @param from its other end; for a unix socket the path of the listener
 * @param unix whether it is a unix socket
 * @param encrypted whether it is a TLS connection
 * @param certificate what the client showed and we verified in the handshake; null when it showed none
 * @param hostName the name that its address leads to and that leads back to the address; empty when there is none, null while nobody has asked
 */
public record ConnectionFacts(
        SocketAddress from, boolean unix, boolean encrypted, @Nullable CertificateNames certificate, @Nullable String hostName) {
    /** The facts of a connection whose host's name nobody has asked for. */
    public ConnectionFacts(SocketAddress from, boolean unix, boolean encrypted, @Nullable CertificateNames certificate) {
        this(from, unix, encrypted, certificate, null);
    }

    /** The same with the host's name, empty for none. */
    public ConnectionFacts withHostName(String name) {
        return new ConnectionFacts(from, unix, encrypted, certificate, name);
    }
}
