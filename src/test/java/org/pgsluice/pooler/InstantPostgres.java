package org.pgsluice.pooler;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/**
 * Lets everybody in and answers every request, at once if it is not told otherwise, with one row of one column: the text of the query, or the first value
 * that was bound. A thread for each connection; all end with the socket.
 */
final class InstantPostgres implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile long workNanos;

    InstantPostgres() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on each answer takes so long, without use of the processor; 0 at first. */
    void work(long nanos) {
        workNanos = nanos;
    }

    /** How many connections there were at a time. */
    int mostConnections() {
        return most.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                most.accumulateAndGet(open.incrementAndGet(), Math::max);
                Thread.ofPlatform().daemon().start(() -> {
                    new Conversation().serve(socket);
                    open.decrementAndGet();
                });
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** One connection. */
    private final class Conversation {
        private byte[] value = {};

        void serve(Socket socket) {
            try (socket) {
                socket.setTcpNoDelay(true);
                InputStream raw = new BufferedInputStream(socket.getInputStream());
                DataInputStream in = new DataInputStream(raw);
                OutputStream out = socket.getOutputStream();
                if (ByteBuffer.wrap(in.readNBytes(in.readInt() - 4)).getInt() == StartupPacket.CODE_SSL) {
                    out.write('N');
                    in.skipNBytes(in.readInt() - 4);
                }
                MessageWriter answer = new MessageWriter();
                answer.begin(BackendTag.AUTHENTICATION).int32(0).end();
                answer.begin(BackendTag.PARAMETER_STATUS).cstring("server_version").cstring("17.0").end();
                answer.begin(BackendTag.BACKEND_KEY_DATA).int32(1).int32(2).end();
                ready(answer);
                while (true) {
                    out.write(answer.toBytes());
                    answer.clear();
                    do {
                        byte tag = in.readByte();
                        answer(tag, ByteBuffer.wrap(in.readNBytes(in.readInt() - 4)), answer);
                    } while (raw.available() > 0);
                    if (workNanos > 0) {
                        LockSupport.parkNanos(workNanos);
                    }
                }
            } catch (IOException ended) {
                // the pooler has left
            }
        }

        private void answer(byte tag, ByteBuffer body, MessageWriter out) {
            switch (tag) {
                case FrontendTag.QUERY -> {
                    value = text(body);
                    description(out);
                    row(out);
                    ready(out);
                }
                case FrontendTag.PARSE -> out.begin(BackendTag.PARSE_COMPLETE).end();
                case FrontendTag.BIND -> {
                    value = firstValue(body);
                    out.begin(BackendTag.BIND_COMPLETE).end();
                }
                case FrontendTag.DESCRIBE -> description(out);
                case FrontendTag.EXECUTE -> row(out);
                case FrontendTag.SYNC -> ready(out);
                default -> {}
            }
        }

        private static byte[] firstValue(ByteBuffer bind) {
            text(bind);
            text(bind);
            bind.position(bind.position() + 2 + 2 * bind.getShort(bind.position()) + 2);
            byte[] first = new byte[bind.getInt()];
            bind.get(first);
            return first;
        }

        private static byte[] text(ByteBuffer body) {
            int length = 0;
            while (body.get(body.position() + length) != 0) {
                length++;
            }
            byte[] text = new byte[length];
            body.get(text).get();
            return text;
        }

        private static void description(MessageWriter out) {
            out.begin(BackendTag.ROW_DESCRIPTION).int16(1).cstring("abalance").int32(0).int16(0).int32(23).int16(4).int32(-1).int16(0).end();
        }

        private void row(MessageWriter out) {
            out.begin(BackendTag.DATA_ROW).int16(1).int32(value.length).bytes(value).end();
            out.begin(BackendTag.COMMAND_COMPLETE).cstring("SELECT 1").end();
        }

        private static void ready(MessageWriter out) {
            out.begin(BackendTag.READY_FOR_QUERY).int8('I').end();
        }
    }
}
