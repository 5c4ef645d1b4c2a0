package org.pgsluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Inbox;
import org.pgsluice.pool.CloseReason;

/** Reads what a client sends before it has a link: its login, or the whole life of a console. On the client's reactor. */
final class EarlyReader {
    private final ClientSession client;
    private boolean consuming;

    EarlyReader(ClientSession client) {
        this.client = client;
    }

    void onReadable() {
        Inbox inbox = client.inbox();
        Buffers buffers = client.buffers();
        int most = client.lane().commons().tuning().pktBuf;
        try {
            for (int loops = client.lane().commons().tuning().loopCount; loops > 0 && !client.isClosed() && client.link() == null; loops--) {
                if (client.stage().busy() || !client.flushed()) {
                    keepReading(inbox, buffers, most);
                    return;
                }
                int got = inbox.read(buffers, most);
                if (got < 0) {
                    onEnd();
                    return;
                }
                if (got == 0) {
                    return;
                }
                client.requested(client.lane().now());
                consume(inbox, buffers);
            }
        } catch (IOException e) {
            onEnd();
        }
    }

    /** While it waits for something, or has not taken the answers that it got: notice at least that the client leaves. */
    private void keepReading(Inbox inbox, Buffers buffers, int most) throws IOException {
        if (inbox.keptBytes() >= most) {
            client.connection().wantRead(false);
        } else if (inbox.read(buffers, most) < 0) {
            onEnd();
        } else {
            inbox.keep(inbox.bytes(buffers), buffers, 0);
            count(inbox);
        }
    }

    /** Handles what is in the inbox, as login or console. What the login leads to may not look into the inbox before this is through with it. */
    private void consume(Inbox inbox, Buffers buffers) {
        consuming = true;
        ByteBuffer bytes = inbox.bytes(buffers);
        int needed = client.stage().onBytes(bytes);
        consuming = false;
        if (!client.isClosed()) {
            inbox.keep(bytes, buffers, needed);
            count(inbox);
            if (client.stage() instanceof ClientStage.LoggingIn at) {
                at.login().encryption().enter();
            }
            client.resumeLink();
        }
    }

    private void count(Inbox inbox) {
        if (client.stage() instanceof ClientStage.LoggingIn at) {
            at.login().keeps(inbox.keptCapacity());
        }
    }

    /** Whether the inbox is being worked on. */
    boolean consuming() {
        return consuming;
    }

    /** Goes on after a wait: what had come meanwhile is looked at. */
    void resume() {
        if (client.isClosed() || consuming) {
            return;
        }
        client.connection().wantRead(true);
        if (client.inbox().hasKept() && client.link() == null) {
            consume(client.inbox(), client.buffers());
        }
    }

    private void onEnd() {
        // A probe that connects and leaves without a byte is not worth a line.
        client.close(client.fresh() ? CloseReason.CLIENT_PROBE : CloseReason.CLIENT_EOF);
    }
}
