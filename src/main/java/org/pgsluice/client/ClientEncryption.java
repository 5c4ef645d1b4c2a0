package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.CertificateNames;
import org.pgsluice.auth.ChannelBinding;
import org.pgsluice.auth.ConnectionFacts;
import org.pgsluice.config.SslMode;
import org.pgsluice.log.Level;
import org.pgsluice.net.Connection;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.tls.Certificate;
import org.pgsluice.tls.TlsConnection;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;
import org.pgsluice.tls.TlsFacts;
import org.pgsluice.tls.TlsListener;

/**
 * How a client's connection comes to be encrypted: after an SSLRequest, or at once, which its first byte shows. The handshake is a part of the login, so it
 * has the login's time and is counted among those that are under way. On the client's reactor.
 */
final class ClientEncryption implements TlsListener {
    /** The first byte of a TLS handshake. As the length of a startup packet it would stand for hundreds of megabytes. */
    private static final byte HANDSHAKE = 0x16;

    private final ClientSession client;
    private final ClientLogin login;
    private final Logins logins;
    private @Nullable TlsContext asked;
    private byte[] first = {};
    private boolean direct;
    private boolean shakes;

    ClientEncryption(ClientSession client, ClientLogin login, Logins logins) {
        this.client = client;
        this.login = login;
        this.logins = logins;
    }

    /** Whether a client that asks for TLS gets it. */
    boolean isOffered() {
        return logins.tls() != null && !client.connection().isUnix();
    }

    /** Whether its bytes are encrypted already, or will be from the next one on. */
    boolean isOn() {
        return asked != null;
    }

    /** Whether it must not log in as it is. */
    boolean isMissing() {
        TlsContext context = logins.tls();
        return context != null && context.mode().compareTo(SslMode.REQUIRE) >= 0 && !isOn() && !client.connection().isUnix();
    }

    /** It has asked, and been told yes: what comes next is its handshake. */
    void begin() {
        asked = logins.tls();
    }

    /** Takes {@code in} whole if it is the beginning of a handshake that nobody has asked for before. */
    boolean takes(ByteBuffer in) {
        if (isOn() || !isOffered() || !in.hasRemaining() || in.get(in.position()) != HANDSHAKE) {
            return false;
        }
        asked = logins.tls();
        direct = true;
        first = new byte[in.remaining()];
        in.get(first);
        return true;
    }

    /** Puts the handshake under the conversation once all that was said in the clear is out of the way. */
    void enter() {
        TlsContext context = asked;
        if (context == null || client.isClosed() || client.connection() instanceof TlsConnection) {
            return;
        }
        if (!client.flushed()) {
            client.close(CloseReason.CLIENT_EOF);
            return;
        }
        client.wire().upgrade(TlsConnection.accept(client.connection(), context, ByteBuffer.wrap(first), this));
        client.wire().open(client);
        first = new byte[0];
        shakes(true);
    }

    /** It is in the midst of a handshake, or not any more. */
    void shakes(boolean on) {
        if (on != shakes) {
            shakes = on;
            logins.handshakes().keeps(login, on ? LoginMemory.HANDSHAKE_BYTES : 0);
        }
    }

    @Override
    public void onSecured() {
        shakes(false);
        TlsFacts facts = client.connection() instanceof TlsConnection connection ? connection.facts() : null;
        if (direct && (facts == null || facts.protocol() == null)) {
            // By the name it is known that the client means PostgreSQL, and that nobody turns another protocol's bytes into its.
            fail("direct TLS without the protocol's name (ALPN)");
        }
    }

    @Override
    public void onTlsFailure(TlsException why) {
        fail(String.valueOf(why.getMessage()));
    }

    @Override
    public void onTlsBroken(TlsException why) {
        client.log(Level.WARNING, "TLS error: " + why.getMessage());
    }

    private void fail(String why) {
        client.log(Level.WARNING, "TLS handshake error: " + why);
        client.close(CloseReason.CLIENT_TLS_FAILED);
    }

    /** What is known of the client by its connection. Reads the certificate that it has shown. */
    ConnectionFacts facts() {
        Connection connection = client.connection();
        TlsFacts facts = connection instanceof TlsConnection encrypted ? encrypted.facts() : null;
        Certificate shown = facts == null ? null : facts.peerCertificate();
        CertificateNames names = shown == null ? null : new CertificateNames(shown.distinguishedName(), shown.commonName(), shown.dnsNames());
        return new ConnectionFacts(connection.remoteAddress(), connection.isUnix(), facts != null, names);
    }

    /** What SCRAM can bind to on our side; null for a plain connection. */
    @Nullable ChannelBinding binding() {
        return asked == null ? null : ChannelBinding.to(asked.endPointHash());
    }

    /** Version and cipher for the log; {@code no} for a plain connection. */
    static String describe(Connection connection) {
        String encryption = connection.encryption();
        return encryption.isEmpty() ? "no" : encryption;
    }
}
