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

    private final ClientSession client;
    private int needed = 8;
    private boolean askedForTls;
    private boolean askedForGss;

    StartupReader(ClientSession client) {
        this.client = client;
    }

    /** The packet that says what the client wants; null when more bytes are {@linkplain #needed needed}, or the client was refused. */
    @Nullable StartupPacket next(ByteBuffer in) {
        while (!client.isClosed()) {
            StartupPacket packet = packet(in);
            if (packet instanceof StartupPacket.SslRequest && !askedForTls) {
                askedForTls = true;
                decline(in, "SSL");
            } else if (packet instanceof StartupPacket.GssEncRequest && !askedForGss) {
                askedForGss = true;
                decline(in, "GSSAPI encryption");
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

    /** Encryption is not built: the client goes on without, or leaves. */
    private void decline(ByteBuffer in, String what) {
        if (in.hasRemaining()) {
            // Sent before the handshake it could only come from somebody in the middle.
            client.fail(CloseReason.CLIENT_DATA_BEFORE_ENCRYPTION, what);
            return;
        }
        client.send(ByteBuffer.wrap(DECLINED));
    }
}
