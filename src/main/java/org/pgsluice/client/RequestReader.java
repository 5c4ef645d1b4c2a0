package org.pgsluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.BufferLimitException;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Inbox;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Tuning;
import org.pgsluice.wire.Frames;

/**
 * Reads what a linked client sends: as much as goes on at once while it has a server, little while it has none, and as {@link Flow} allows. On the client's
 * reactor.
 */
final class RequestReader {
    private final Link link;
    private final ClientSession client;
    private final RequestStream requests;
    private @Nullable Refusal refusal;
    private final Flow flow;

    RequestReader(Link link, ClientSession client, RequestStream requests, Flow flow) {
        this.link = link;
        this.client = client;
        this.requests = requests;
        this.flow = flow;
    }

    void onReadable() {
        if (!flow.mayPass()) {
            keepReading();
            return;
        }
        try {
            int loops = client.lane().commons().tuning().loopCount;
            do {
                int most = most();
                int got = client.inbox().read(client.buffers(), most);
                if (got < 0) {
                    client.close(CloseReason.CLIENT_EOF);
                    return;
                }
                if (got == 0) {
                    return;
                }
                client.requested(client.lane().now());
                pass();
                if (got < most) {
                    return;
                }
            } while (--loops > 0 && !client.isClosed() && flow.mayPass());
        } catch (BufferLimitException e) {
            client.fail(CloseReason.CLIENT_MESSAGE_TOO_LARGE);
        } catch (IOException e) {
            client.close(CloseReason.CLIENT_EOF);
        }
    }

    private int most() {
        Tuning tuning = client.lane().commons().tuning();
        if (flow.server() == null) {
            return tuning.pktBuf;
        }
        return flow.dueAboveMark() ? (int) Math.min(requests.bodyLeft(), Buffers.SCRATCH_BYTES) : Buffers.SCRATCH_BYTES;
    }

    /** While nothing can go on: notice at least that the client leaves, as long as there is room to read. */
    private void keepReading() {
        int most = client.lane().commons().tuning().pktBuf;
        Inbox inbox = client.inbox();
        if (!flow.mayRead() || inbox.keptBytes() >= most) {
            flow.stop();
            return;
        }
        try {
            int got = inbox.read(client.buffers(), most);
            if (got < 0) {
                client.close(CloseReason.CLIENT_EOF);
                return;
            }
            inbox.keep(inbox.bytes(client.buffers()), client.buffers(), 0);
            if (got == 0 && inbox.keptBytes() >= most) {
                flow.stop();
            }
        } catch (IOException e) {
            client.close(CloseReason.CLIENT_EOF);
        }
    }

    /** Works on what was kept, until it must wait again, and then reads on. */
    void onKept() {
        if (client.inbox().hasKept() && flow.mayPass()) {
            pass();
        }
        flow.resume();
    }

    /** Takes the request that waits out of what the client sent, and goes on behind it. */
    void refuse(Refusal next) {
        refusal = next;
        onKept();
    }

    /** Whether a refusal is under way. */
    boolean refuses() {
        return refusal != null;
    }

    /** Takes out of {@code in} what is refused; whether the rest may go on. */
    private boolean passesRefusal(ByteBuffer in) {
        Refusal running = refusal;
        if (running == null) {
            return true;
        }
        running.skip(in);
        if (running.isOver()) {
            refusal = null;
            requests.withdrawn();
        }
        return running.isOver();
    }

    /** Works on what the inbox has. */
    private void pass() {
        ByteBuffer in = client.inbox().bytes(client.buffers());
        int needed = passesRefusal(in) ? requests.scan(in) : Frames.HEADER;
        if (client.isClosed()) {
            return;
        }
        client.inbox().keep(in, client.buffers(), needed);
        if (!flow.mayRead()) {
            flow.stop();
            flow.pressForReplies();
        }
        link.partIfDone();
    }
}
