package org.pgsluice.simulation;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Connection;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Outbox;
import org.pgsluice.net.SocketOptions;

/** A server of the world that says what a test wants, byte by byte, whatever PostgreSQL would say. It offers no TLS, unless the test talks about that. */
public final class RawServer {
    private static final ListenOptions OPTIONS = new ListenOptions(1_000, true, 0, 0777, null, SocketOptions.DEFAULT);

    private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

    private final Talk talk;
    private final boolean talksAboutTls;
    private final List<Peer> peers = new ArrayList<>();

    /** What it does when bytes come. */
    public interface Talk {
        void onBytes(Peer peer, byte[] bytes);
    }

    /** Listens; to be made between events. */
    public RawServer(SimulatedReactor reactor, SocketAddress address, Talk talk) {
        this(reactor, address, talk, false);
    }

    /** The same where requests for TLS come to the test. */
    public static RawServer talkingAboutTls(SimulatedReactor reactor, SocketAddress address, Talk talk) {
        return new RawServer(reactor, address, talk, true);
    }

    private RawServer(SimulatedReactor reactor, SocketAddress address, Talk talk, boolean talksAboutTls) {
        this.talk = talk;
        this.talksAboutTls = talksAboutTls;
        reactor.perform(() -> {
            try {
                reactor.listen(address, OPTIONS, connection -> peers.add(new Peer(connection)));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** All connections there have been, in order. */
    public List<Peer> peers() {
        return peers;
    }

    /** One connection. */
    public final class Peer implements Connection.Handler {
        private final Connection connection;
        private final Buffers buffers;
        private final Outbox outbox;
        private @Nullable IOException failure;
        private int count;

        Peer(Connection connection) {
            this.connection = connection;
            this.buffers = connection.reactor().buffers();
            this.outbox = new Outbox(connection);
            connection.handler(this);
            connection.wantRead(true);
        }

        /** How often bytes have come, this time included. */
        public int count() {
            return count;
        }

        public boolean isOpen() {
            return connection.isOpen();
        }

        /** Why it broke; null if it did not. */
        public @Nullable IOException failure() {
            return failure;
        }

        public void send(byte[] bytes) {
            try {
                outbox.write(ByteBuffer.wrap(bytes), buffers);
            } catch (IOException e) {
                end(e);
            }
        }

        public void close() {
            end(null);
        }

        private void end(@Nullable IOException reason) {
            failure = reason;
            connection.close();
            outbox.close(buffers);
        }

        @Override
        public void onReadable() {
            try {
                ByteBuffer in = buffers.in().clear();
                int got = connection.read(in);
                if (got < 0) {
                    end(null);
                    return;
                }
                byte[] bytes = new byte[got];
                in.flip().get(bytes);
                if (!talksAboutTls && Arrays.equals(bytes, SSL_REQUEST)) {
                    send(new byte[] {'N'});
                    return;
                }
                count++;
                talk.onBytes(this, bytes);
            } catch (IOException e) {
                end(e);
            }
        }

        @Override
        public void onWritable() {
            try {
                outbox.flush(buffers);
            } catch (IOException e) {
                end(e);
            }
        }
    }
}
