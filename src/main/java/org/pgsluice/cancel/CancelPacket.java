package org.pgsluice.cancel;

import java.io.IOException;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Outbox;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/** A cancel request as it goes to a server or to a peer. */
final class CancelPacket {
    private CancelPacket() {}

    /**
     * Writes the request for {@code key} on a connection that has just been opened; on its reactor.
     *
     * @throws IOException when it broke, or did not take the whole packet at once
     */
    static void write(byte[] key, Connection opened, Buffers buffers) throws IOException {
        MessageWriter packet = new MessageWriter().beginUntagged().int32(StartupPacket.CODE_CANCEL).bytes(key).end();
        Outbox outbox = new Outbox(opened);
        outbox.write(packet.toBuffer(), buffers);
        if (!outbox.isEmpty()) {
            outbox.close(buffers);
            throw new IOException("a fresh socket did not take " + packet.size() + " bytes");
        }
    }
}
