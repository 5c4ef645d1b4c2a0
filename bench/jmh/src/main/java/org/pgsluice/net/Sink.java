package org.pgsluice.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** A connection that takes everything at once and keeps nothing; it counts its writes. */
public final class Sink implements Connection {
    private final Reactor reactor;
    private long writes;

    public Sink(Reactor reactor) {
        this.reactor = reactor;
    }

    public long writes() {
        return writes;
    }

    @Override
    public void readAgain() {}

    @Override
    public void handler(Handler handler) {}

    @Override
    public int read(ByteBuffer into) {
        return 0;
    }

    @Override
    public int write(ByteBuffer from) {
        int bytes = from.remaining();
        from.position(from.limit());
        writes++;
        return bytes;
    }

    @Override
    public void wantRead(boolean on) {}

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
        return new InetSocketAddress(0);
    }

    @Override
    public SocketAddress localAddress() {
        return new InetSocketAddress(0);
    }

    @Override
    public boolean isUnix() {
        return false;
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
    public void attachTo(Reactor target) {}

    @Override
    public void options(SocketOptions options) {}
}
