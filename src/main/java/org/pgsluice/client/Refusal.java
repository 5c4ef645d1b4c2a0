package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.PgError;

/**
 * A request that waited for a server is refused: the client gets an error, and what it sent is taken out unexecuted, a simple query whole, one of the extended
 * protocol up to its Sync. It ends with ReadyForQuery, as in PostgreSQL. On the client's reactor.
 */
final class Refusal {
    private enum Stage {
        /** The message that waited comes next. */
        FIRST,
        /** All is skipped but a Sync. */
        TO_SYNC,
        /** What is left of the last message is skipped. */
        LAST,
        OVER
    }

    private final ClientSession client;
    private final Link link;
    private final PgError error;
    private Stage stage = Stage.FIRST;
    private long bodyLeft;

    Refusal(ClientSession client, Link link, PgError error) {
        this.client = client;
        this.link = link;
        this.error = error;
    }

    boolean isOver() {
        return stage == Stage.OVER;
    }

    /** Takes out of {@code in} what is refused. What it leaves is for others once {@link #isOver}; before, it is the beginning of a header. */
    void skip(ByteBuffer in) {
        while (stage != Stage.OVER && !client.isClosed()) {
            int here = (int) Math.min(bodyLeft, in.remaining());
            in.position(in.position() + here);
            bodyLeft -= here;
            if (bodyLeft > 0) {
                return;
            }
            if (stage == Stage.LAST) {
                stage = Stage.OVER;
                link.answerReady();
                link.answers().flush();
            } else if (in.remaining() < Frames.HEADER) {
                return;
            } else {
                onHeader(in);
            }
        }
    }

    private void onHeader(ByteBuffer in) {
        int at = in.position();
        byte tag = in.get(at);
        int length = in.getInt(at + 1);
        if (length < 4 || length >= client.lane().commons().tuning().maxPacketSize) {
            client.badHeader(in, at);
            return;
        }
        in.position(at + Frames.HEADER);
        bodyLeft = length - 4L;
        boolean first = stage == Stage.FIRST;
        if (first && tag == FrontendTag.FLUSH) {
            // Nothing is executed, and nothing is due.
            stage = Stage.OVER;
            return;
        }
        if (first && tag != FrontendTag.SYNC) {
            client.send(ByteBuffer.wrap(error.toErrorResponse()));
        }
        boolean whole = first && (tag == FrontendTag.QUERY || tag == FrontendTag.FUNCTION_CALL);
        stage = whole || tag == FrontendTag.SYNC ? Stage.LAST : Stage.TO_SYNC;
        if (tag == FrontendTag.TERMINATE) {
            client.close(CloseReason.CLIENT_CLOSE_REQUEST);
        }
    }
}
