package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.wire.StartupPacket;

/**
 * Reads a client's first packets: requests for encryption, which it answers, until the one that says what the client wants. A packet's length is checked
 * before any of it is kept. On the client's reactor.
 */
final class StartupReader {
    /** PostgreSQL's limit: 10,000 bytes behind the length. */
    static final int LONGEST = 10_000 + 4;

    private static final byte[] DECLINED = {'N'};
    private static final byte[] ENCRYPTED = {'S'};

    private final ClientSession client;
    private final ClientEncryption encryption;
    private int needed = 8;
    private boolean askedForTls;
    private boolean askedForGss;

    StartupReader(ClientSession client, ClientEncryption encryption) {
        this.client = client;
        this.encryption = encryption;
    }

    /** The packet that says what the client wants; null when more bytes are {@linkplain #needed needed}, or the client was refused. */
    @Nullable StartupPacket next(ByteBuffer in) {
        if (isFresh() && encryption.takes(in)) {
            return null;
        }
        while (!client.isClosed()) {
            StartupPacket packet = packet(in);
            if (packet instanceof StartupPacket.SslRequest && !askedForTls && !encryption.isOn()) {
                askedForTls = true;
                if (encryption.isOffered()) {
                    answer(in, "SSL", ENCRYPTED);
                    encryption.begin();
                    return null;
                }
                answer(in, "SSL", DECLINED);
            } else if (packet instanceof StartupPacket.GssEncRequest && !askedForGss && !encryption.isOn()) {
                askedForGss = true;
                answer(in, "GSSAPI encryption", DECLINED);
            } else {
                return packet;
            }
        }
        return null;
    }

    /** How long the packet is that was read or is awaited, as far as is known. */
    int needed() {
        return needed;
    }

    private @Nullable StartupPacket packet(ByteBuffer in) {
        needed = 8;
        if (in.remaining() < needed) {
            return null;
        }
        int length = in.getInt(in.position());
        if (length < 8 || length > LONGEST) {
            client.badHeader(in, in.position());
            return null;
        }
        needed = length;
        if (in.remaining() < length) {
            return null;
        }
        StartupPacket packet = StartupPacket.read(in.slice(in.position(), length));
        in.position(in.position() + length);
        return packet;
    }

    /** Whether the client has not asked for anything yet, in whatever way. */
    private boolean isFresh() {
        return !askedForTls && !askedForGss;
    }

    /** The next byte is encrypted, or what was asked for is not offered: then the client goes on without, or leaves. */
    private void answer(ByteBuffer in, String what, byte[] answer) {
        if (in.hasRemaining()) {
            // Sent before the handshake it could only come from somebody in the middle.
            client.fail(CloseReason.CLIENT_DATA_BEFORE_ENCRYPTION, what);
            return;
        }
        client.send(ByteBuffer.wrap(answer));
    }
}
