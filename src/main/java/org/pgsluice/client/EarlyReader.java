package org.pgsluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
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
            while (!client.isClosed() && client.link() == null) {
                if (busy()) {
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

    private boolean busy() {
        ClientLogin login = client.login();
        ClientServices.Console console = client.console();
        return (login != null && login.busy()) || (console != null && console.busy());
    }

    /** While the login waits for something: notice at least that the client leaves. */
    private void keepReading(Inbox inbox, Buffers buffers, int most) throws IOException {
        if (inbox.keptBytes() >= most) {
            client.connection().wantRead(false);
        } else if (inbox.read(buffers, most) < 0) {
            onEnd();
        } else {
            inbox.keep(inbox.bytes(buffers), buffers, 0);
            count(client.login(), inbox);
        }
    }

    /** Handles what is in the inbox, as login or console. What the login leads to may not look into the inbox before this is through with it. */
    private void consume(Inbox inbox, Buffers buffers) {
        consuming = true;
        ByteBuffer bytes = inbox.bytes(buffers);
        ClientLogin login = client.login();
        ClientServices.Console console = client.console();
        int needed = login != null ? login.onBytes(bytes) : console != null ? console.onBytes(bytes) : 0;
        consuming = false;
        if (!client.isClosed()) {
            inbox.keep(bytes, buffers, needed);
            count(login, inbox);
            client.resumeLink();
        }
    }

    private static void count(@Nullable ClientLogin login, Inbox inbox) {
        if (login != null) {
            login.keeps(inbox.keptCapacity());
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
        ClientLogin login = client.login();
        boolean silent = login != null && login.nothingCame() && !client.inbox().hasKept();
        client.close(silent ? CloseReason.CLIENT_PROBE : CloseReason.CLIENT_EOF);
    }
}
