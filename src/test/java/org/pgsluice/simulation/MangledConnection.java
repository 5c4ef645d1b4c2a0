package org.pgsluice.simulation;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;

/** A connection on whose way one write is spoilt; the other end sees what {@code spoil} makes of it. On the connection's reactor. */
final class MangledConnection implements Connection {
    private final Connection plain;
    private final UnaryOperator<byte[]> spoil;
    private int writesBefore;

    /** Spoils the write that comes behind {@code writesBefore} others. */
    MangledConnection(Connection plain, int writesBefore, UnaryOperator<byte[]> spoil) {
        this.plain = plain;
        this.writesBefore = writesBefore;
        this.spoil = spoil;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        if (writesBefore-- != 0) {
            return plain.write(from);
        }
        int length = from.remaining();
        byte[] bytes = new byte[length];
        from.get(bytes);
        byte[] spoilt = spoil.apply(bytes);
        // What the other end's socket does not take is lost: one more kind of spoiling.
        plain.write(ByteBuffer.allocateDirect(spoilt.length).put(spoilt).flip());
        return length;
    }

    @Override
    public void handler(Handler handler) {
        plain.handler(handler);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return plain.read(into);
    }

    @Override
    public void wantRead(boolean on) {
        plain.wantRead(on);
    }

    @Override
    public void readAgain() {
        plain.readAgain();
    }

    @Override
    public void wantWrite(boolean on) {
        plain.wantWrite(on);
    }

    @Override
    public void close() {
        plain.close();
    }

    @Override
    public boolean isOpen() {
        return plain.isOpen();
    }

    @Override
    public SocketAddress remoteAddress() {
        return plain.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return plain.localAddress();
    }

    @Override
    public boolean isUnix() {
        return plain.isUnix();
    }

    @Override
    public PeerCredentials peerCredentials() {
        return plain.peerCredentials();
    }

    @Override
    public Reactor reactor() {
        return plain.reactor();
    }

    @Override
    public void attachTo(Reactor target) {
        plain.attachTo(target);
    }

    @Override
    public void options(SocketOptions options) {
        plain.options(options);
    }
}
