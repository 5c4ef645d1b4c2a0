package org.pgsluice.tls;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;

/** What a connection that decorates another one leaves to that one; and buffers on the heap, whose bytes go through a small direct one. */
abstract class DecoratedConnection implements Connection {
    private static final int COPIED_BYTES = 16 * 1024;

    final Connection under;

    DecoratedConnection(Connection under) {
        this.under = under;
    }

    /** As {@link #read}. */
    abstract int readDirect(ByteBuffer into) throws IOException;

    /** As {@link #write}. */
    abstract int writeDirect(ByteBuffer from) throws IOException;

    @Override
    public final int read(ByteBuffer into) throws IOException {
        if (into.isDirect()) {
            return readDirect(into);
        }
        ByteBuffer copy = under.reactor().buffers().take(Math.min(COPIED_BYTES, into.remaining()));
        try {
            int count = readDirect(copy.limit(Math.min(copy.capacity(), into.remaining())));
            into.put(copy.flip());
            return count;
        } finally {
            under.reactor().buffers().give(copy);
        }
    }

    @Override
    public final int write(ByteBuffer from) throws IOException {
        if (from.isDirect()) {
            return writeDirect(from);
        }
        int length = Math.min(COPIED_BYTES, from.remaining());
        ByteBuffer copy = under.reactor().buffers().take(length);
        try {
            int count = writeDirect(copy.put(0, from, from.position(), length).limit(length));
            from.position(from.position() + count);
            return count;
        } finally {
            under.reactor().buffers().give(copy);
        }
    }

    @Override
    public void urgent() {
        under.urgent();
    }

    @Override
    public void readAgain() {
        under.readAgain();
    }

    @Override
    public boolean isOpen() {
        return under.isOpen();
    }

    @Override
    public SocketAddress remoteAddress() {
        return under.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return under.localAddress();
    }

    @Override
    public boolean isUnix() {
        return under.isUnix();
    }

    @Override
    public PeerCredentials peerCredentials() {
        return under.peerCredentials();
    }

    @Override
    public Reactor reactor() {
        return under.reactor();
    }

    @Override
    public void options(SocketOptions options) {
        under.options(options);
    }
}
