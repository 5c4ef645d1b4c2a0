package org.pgsluice.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;

/** A connection whose other end is this object: what is written is kept, up to a limit, for somebody in the process to read. */
public final class MemoryConnection implements Connection {
    private static final int LIMIT = 256 * 1024;

    private final Reactor reactor;
    private final boolean discards;
    private ByteBuffer kept = ByteBuffer.allocate(1024);

    public MemoryConnection(Reactor reactor) {
        this(reactor, false);
    }

    private MemoryConnection(Reactor reactor, boolean discards) {
        this.reactor = reactor;
        this.discards = discards;
    }

    /** One that keeps nothing. */
    public static MemoryConnection discarding(Reactor reactor) {
        return new MemoryConnection(reactor, true);
    }

    /** What was written and not used yet; to be handed back to {@link #keep}. */
    public ByteBuffer written() {
        return kept.flip();
    }

    /** Keeps what {@code bytes} has left. */
    public void keep(ByteBuffer bytes) {
        bytes.compact();
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int length = from.remaining();
        if (discards) {
            from.position(from.limit());
            return length;
        }
        if (kept.position() + length > LIMIT) {
            throw new IOException("more than " + LIMIT + " bytes");
        }
        if (kept.remaining() < length) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(kept.capacity() * 2, kept.position() + length));
            larger.put(kept.flip());
            kept = larger;
        }
        kept.put(from);
        return length;
    }

    @Override
    public void handler(Handler handler) {}

    @Override
    public int read(ByteBuffer into) {
        return 0;
    }

    @Override
    public void wantRead(boolean on) {}

    @Override
    public void readAgain() {}

    @Override
    public void wantWrite(boolean on) {}

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public SocketAddress remoteAddress() {
        return UnixDomainSocketAddress.of("");
    }

    @Override
    public SocketAddress localAddress() {
        return remoteAddress();
    }

    @Override
    public boolean isUnix() {
        return true;
    }

    @Override
    public PeerCredentials peerCredentials() {
        return PeerCredentials.UNKNOWN;
    }

    @Override
    public Reactor reactor() {
        return reactor;
    }

    @Override
    public void attachTo(Reactor target) {
        throw new UnsupportedOperationException("it stays where it is");
    }

    @Override
    public void options(SocketOptions options) {}
}
