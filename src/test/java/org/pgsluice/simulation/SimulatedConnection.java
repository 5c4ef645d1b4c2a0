package org.pgsluice.simulation;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Passable;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;

/**
 * One end of a link in the world. It behaves like a socket, and asserts what sockets forgive: calls from another reactor, reads and writes after the close,
 * heap buffers.
 */
public final class SimulatedConnection implements Connection, Passable {
    private final SimulatedNetwork network;
    private final SocketAddress local;
    private final SocketAddress remote;
    private final boolean unix;
    private final int number;
    private SimulatedReactor reactor;
    private @Nullable SimulatedConnection peer;
    private @Nullable Stretch in;
    private @Nullable Stretch out;
    private @Nullable Handler handler;
    private SocketOptions options = SocketOptions.DEFAULT;
    private boolean wantsRead;
    private boolean wantsWrite;
    private boolean queued;
    private boolean again;
    private boolean outputEnded;
    private boolean broken;
    private boolean closed;

    private SimulatedConnection(SimulatedReactor reactor, SocketAddress local, SocketAddress remote, boolean unix) {
        this.network = reactor.network();
        this.reactor = reactor;
        this.local = local;
        this.remote = remote;
        this.unix = unix;
        this.number = network.opened();
    }

    /** Makes a link: the far end waits with {@code listener}, the near one is returned. */
    static SimulatedConnection link(SimulatedReactor dialer, SocketAddress from, SimulatedListener listener, SocketAddress to, boolean unix) {
        SimulatedConnection near = new SimulatedConnection(dialer, from, to, unix);
        SimulatedConnection far = new SimulatedConnection(listener.reactor(), to, from, unix);
        Stretch there = new Stretch(dialer.network(), near, far);
        Stretch back = new Stretch(dialer.network(), far, near);
        near.peer = far;
        near.out = there;
        near.in = back;
        far.peer = near;
        far.out = back;
        far.in = there;
        listener.offer(far);
        return near;
    }

    /** The other end. */
    public SimulatedConnection peer() {
        return Objects.requireNonNull(peer);
    }

    private Stretch in() {
        return Objects.requireNonNull(in);
    }

    private Stretch out() {
        return Objects.requireNonNull(out);
    }

    /** Sends the end of the stream and keeps reading, as {@code shutdown(SHUT_WR)} does; for scripted peers. */
    public void shutdownOutput() {
        assert reactor.inReactor();
        if (!outputEnded && !closed) {
            outputEnded = true;
            out().end();
        }
    }

    /** The link breaks: this end knows at once, the other a moment later. For tests, at any time. */
    public void reset() {
        broken();
        SimulatedConnection other = peer();
        network.after(network.latency(), other::broken);
    }

    /** The options set last. */
    public SocketOptions options() {
        return options;
    }

    /** Nobody accepted it. */
    void discard() {
        reset();
        closed = true;
        network.closed();
    }

    void broken() {
        broken = true;
        poke();
    }

    boolean isBroken() {
        return broken;
    }

    private boolean isReadable() {
        return again || broken || in().arrivedBytes() > 0 || in().ended();
    }

    private boolean isWritable() {
        return broken || out().room() > 0;
    }

    /** Something changed: has the reactor serve us if there is something to say. */
    void poke() {
        if (!closed && !queued && (wantsRead && isReadable() || wantsWrite && isWritable())) {
            queued = true;
            reactor.becameReady(this);
        }
    }

    /** In a turn of our reactor. */
    void serve() {
        SimulatedReactor at = reactor;
        queued = false;
        try {
            tell(at, network.random().nextBoolean());
        } catch (Throwable thrown) {
            network.failed(thrown);
            if (reactor == at) {
                try {
                    told().onFailure(thrown);
                } finally {
                    close();
                }
            }
        }
        poke();
    }

    private void tell(SimulatedReactor at, boolean writeFirst) {
        if (writeFirst) {
            tellWritable();
        }
        if (!closed && reactor == at && wantsRead && isReadable()) {
            again = false;
            told().onReadable();
        }
        if (!writeFirst && reactor == at) {
            tellWritable();
        }
    }

    private void tellWritable() {
        if (!closed && wantsWrite && isWritable()) {
            told().onWritable();
        }
    }

    private Handler told() {
        Handler called = handler;
        if (called == null) {
            throw new AssertionError("interest without a handler");
        }
        return called;
    }

    private void assertUsable() {
        assert reactor.inReactor() : this + " belongs to reactor " + reactor.index();
        assert !closed : this + " is closed";
    }

    @Override
    public void handler(Handler next) {
        assertUsable();
        handler = next;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        assertUsable();
        network.point();
        assert into.isDirect();
        if (in().arrivedBytes() > 0 || !into.hasRemaining()) {
            return in().read(into);
        }
        if (in().ended()) {
            return -1;
        }
        if (broken) {
            throw new IOException("Connection reset by peer");
        }
        return 0;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        assertUsable();
        network.point();
        assert from.isDirect();
        assert !outputEnded : this + " has ended its output";
        if (broken) {
            throw new IOException("Broken pipe");
        }
        return out().write(from);
    }

    @Override
    public void wantRead(boolean on) {
        assert reactor.inReactor();
        network.point();
        wantsRead = on;
        poke();
    }

    @Override
    public void readAgain() {
        assertUsable();
        again = true;
        poke();
    }

    @Override
    public void wantWrite(boolean on) {
        assert reactor.inReactor();
        network.point();
        wantsWrite = on;
        poke();
    }

    @Override
    public void close() {
        assert reactor.inReactor();
        if (closed) {
            return;
        }
        closed = true;
        network.closed();
        if (broken) {
            return;
        }
        if (in().arrivedBytes() > 0) {
            out().breakReader(); // the kernel does so when something was left unread
        } else if (!outputEnded) {
            out().end();
        }
    }

    @Override
    public int number() {
        return closed ? -1 : number;
    }

    /** What comes is for the process that has the copy. */
    @Override
    public void letGo() {
        assertUsable();
        closed = true;
        network.closed();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public boolean isUnix() {
        return unix;
    }

    @Override
    public PeerCredentials peerCredentials() {
        return unix ? network.unixPeer() : PeerCredentials.UNKNOWN;
    }

    @Override
    public Reactor reactor() {
        return reactor;
    }

    @Override
    public void attachTo(Reactor target) {
        assert target.inReactor();
        assert !closed : this + " is closed";
        reactor = (SimulatedReactor) target;
        queued = false;
        poke();
    }

    @Override
    public void options(SocketOptions next) {
        assertUsable();
        options = next;
    }

    @Override
    public String toString() {
        return "connection " + local + " - " + remote;
    }
}
