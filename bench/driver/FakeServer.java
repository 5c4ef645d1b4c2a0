package org.pgsluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Looks like PostgreSQL and answers at once: each query gets one row of one column. Everybody is let in. Arguments: port (0: any), threads. Prints its port.
 */
final class FakeServer {
    private static final byte[] ROW_DESCRIPTION =
            new Bytes().message('T', (short) 1, "abalance", 0, (short) 0, 23, (short) 4, -1, (short) 0).toArray();
    private static final byte[] ROW = new Bytes().message('D', (short) 1, 1, new byte[] {'0'}).toArray();
    private static final byte[] COMPLETE = new Bytes().message('C', "SELECT 1").toArray();
    private static final byte[] SET_COMPLETE = new Bytes().message('C', "SET").toArray();
    private static final byte[] READY = new Bytes().message('Z', new byte[] {'I'}).toArray();
    private static final byte[] QUERY_REPLY = new Bytes().append(ROW_DESCRIPTION).append(ROW).append(COMPLETE).append(READY).toArray();
    private static final byte[] SET_REPLY = new Bytes().append(SET_COMPLETE).append(READY).toArray();
    private static final byte[] EXECUTE_REPLY = new Bytes().append(ROW).append(COMPLETE).toArray();
    private static final byte[] PARSE_COMPLETE = new Bytes().message('1').toArray();
    private static final byte[] BIND_COMPLETE = new Bytes().message('2').toArray();
    private static final byte[] CLOSE_COMPLETE = new Bytes().message('3').toArray();
    private static final byte[] PARAMETERS = new Bytes().message('t', (short) 1, 23).toArray();

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    private FakeServer() {}

    public static void main(String[] args) throws IOException {
        int threads = Integer.parseInt(args[1]);
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(args[0])), 4096);
            Loop[] loops = new Loop[threads];
            for (int i = 0; i < threads; i++) {
                loops[i] = new Loop(Selector.open());
                Thread.ofPlatform().name("loop-" + i).start(loops[i]);
            }
            System.out.println("port " + listener.socket().getLocalPort());
            for (int next = 0; ; next = (next + 1) % threads) {
                SocketChannel channel = listener.accept();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                loops[next].arrivals.add(channel);
                loops[next].selector.wakeup();
            }
        }
    }

    /** One thread and its connections. */
    private static final class Loop implements Runnable {
        final Selector selector;
        final ConcurrentLinkedQueue<SocketChannel> arrivals = new ConcurrentLinkedQueue<>();
        final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);
        final ByteBuffer out = ByteBuffer.allocateDirect(1 << 16);

        Loop(Selector selector) {
            this.selector = selector;
        }

        @Override
        public void run() {
            try {
                while (true) {
                    selector.select(this::serve);
                    for (SocketChannel channel = arrivals.poll(); channel != null; channel = arrivals.poll()) {
                        channel.register(selector, SelectionKey.OP_READ, new Backend(this, channel));
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void serve(SelectionKey key) {
            Backend backend = (Backend) key.attachment();
            try {
                in.clear();
                if (backend.channel.read(in) < 0) {
                    backend.channel.close();
                    return;
                }
                backend.frames.feed(in.flip());
                backend.flush();
            } catch (IOException e) {
                backend.close();
            }
        }
    }

    /** One connection. */
    private static final class Backend implements Frames.Listener {
        final Loop loop;
        final SocketChannel channel;
        final Frames frames = new Frames(this, true);

        Backend(Loop loop, SocketChannel channel) {
            this.loop = loop;
            this.channel = channel;
        }

        @Override
        public boolean wants(byte tag) {
            return tag == 'Q' || tag == 'D';
        }

        @Override
        public void onMessage(byte tag, byte[] body, int length) {
            switch (tag) {
                case 0 -> startup(body);
                case 'Q' -> write(length > 4 && (body[0] | 32) == 's' && (body[1] | 32) == 'e' && (body[2] | 32) == 't' ? SET_REPLY : QUERY_REPLY);
                case 'P' -> write(PARSE_COMPLETE);
                case 'B' -> write(BIND_COMPLETE);
                case 'D' -> {
                    if (body[0] == 'S') {
                        write(PARAMETERS);
                    }
                    write(ROW_DESCRIPTION);
                }
                case 'E' -> write(EXECUTE_REPLY);
                case 'C' -> write(CLOSE_COMPLETE);
                case 'S' -> write(READY);
                case 'X' -> close();
                default -> {}
            }
        }

        private void startup(byte[] body) {
            int code = ByteBuffer.wrap(body).getInt();
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                write(new byte[] {'N'});
                frames.startupAgain();
                return;
            }
            Bytes welcome = new Bytes().message('R', 0);
            String[] parameters = {
                "server_version", "18.0", "server_encoding", "UTF8", "client_encoding", "UTF8", "application_name", "", "is_superuser", "off", "DateStyle",
                "ISO, MDY",
                "IntervalStyle", "postgres", "TimeZone", "UTC", "integer_datetimes", "on", "standard_conforming_strings", "on"
            };
            for (int i = 0; i < parameters.length; i += 2) {
                welcome.message('S', parameters[i], parameters[i + 1]);
            }
            write(welcome.message('K', channel.hashCode(), 1).append(READY).toArray());
        }

        private void write(byte[] bytes) {
            if (loop.out.remaining() < bytes.length) {
                flush();
            }
            loop.out.put(bytes);
        }

        /** Answers are small and the pooler reads them: waiting here for room is rare and short. */
        void flush() {
            try {
                loop.out.flip();
                while (loop.out.hasRemaining()) {
                    if (channel.write(loop.out) == 0) {
                        Thread.onSpinWait();
                    }
                }
            } catch (IOException e) {
                close();
            } finally {
                loop.out.clear();
            }
        }

        void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // it is gone either way
            }
        }
    }
}
