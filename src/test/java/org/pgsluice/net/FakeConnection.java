package org.pgsluice.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A connection without a network: a test says what there is to read and how much a write takes. */
public final class FakeConnection implements Connection {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ArrayDeque<byte[]> incoming = new ArrayDeque<>();
    private int room = Integer.MAX_VALUE;
    private int writes;
    private boolean wantsWrite;
    private boolean ended;
    private @Nullable IOException failure;

    /** Bytes that one read gives at most. */
    public FakeConnection arrive(byte[] bytes) {
        incoming.add(bytes);
        return this;
    }

    public FakeConnection end() {
        ended = true;
        return this;
    }

    /** From now on writes take {@code bytes} in all. */
    public void room(int bytes) {
        room = bytes;
    }

    /** From now on every call fails. */
    public void fail(IOException reason) {
        failure = reason;
    }

    public byte[] written() {
        return written.toByteArray();
    }

    /** How many writes there were. */
    public int writes() {
        return writes;
    }

    public boolean wantsWrite() {
        return wantsWrite;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        assert into.isDirect();
        if (failure != null) {
            throw failure;
        }
        byte[] next = incoming.poll();
        if (next == null) {
            return ended ? -1 : 0;
        }
        int count = Math.min(next.length, into.remaining());
        into.put(next, 0, count);
        if (count < next.length) {
            byte[] rest = new byte[next.length - count];
            System.arraycopy(next, count, rest, 0, rest.length);
            incoming.addFirst(rest);
        }
        return count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        assert from.isDirect();
        if (failure != null) {
            throw failure;
        }
        writes++;
        int count = Math.min(room, from.remaining());
        byte[] bytes = new byte[count];
        from.get(bytes);
        written.writeBytes(bytes);
        room -= count;
        return count;
    }

    @Override
    public void wantWrite(boolean on) {
        wantsWrite = on;
    }

    @Override
    public void wantRead(boolean on) {}

    @Override
    public void readAgain() {}

    @Override
    public void handler(Handler handler) {}

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public SocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public SocketAddress localAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
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
        throw new UnsupportedOperationException("a fake connection has no reactor");
    }

    @Override
    public void attachTo(Reactor target) {}

    @Override
    public void options(SocketOptions options) {}
}
