package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.pgsluice.wire.FrontendTag;

/**
 * Answers of ours to a client's requests, put together while one buffer is walked, so that they are one write. The space for them is the reactor's. On the
 * client's reactor.
 */
final class OwnAnswers {
    private static final byte[] PARSE_COMPLETE = {'1', 0, 0, 0, 4};
    private static final byte[] CLOSE_COMPLETE = {'3', 0, 0, 0, 4};
    private static final byte[] READY_IDLE = {'Z', 0, 0, 0, 5, 'I'};

    private final ClientSession client;
    private final ByteBuffer space;

    OwnAnswers(ClientSession client, ByteBuffer space) {
        this.client = client;
        this.space = space;
    }

    /** The answer to a Parse or a Close. Not to be changed. */
    static byte[] to(byte request) {
        return request == FrontendTag.PARSE ? PARSE_COMPLETE : CLOSE_COMPLETE;
    }

    /** Answers a request before which nothing is due; {@link #flush} sends it. */
    void now(byte request) {
        put(to(request));
    }

    /** Answers a Sync. */
    void ready() {
        put(READY_IDLE);
    }

    private void put(byte[] answer) {
        if (space.remaining() < answer.length) {
            flush();
        }
        space.put(answer);
    }

    /** Sends what there is; before anything else is written to the client. */
    void flush() {
        if (space.position() > 0) {
            space.flip();
            client.send(space);
            space.clear();
        }
    }
}
