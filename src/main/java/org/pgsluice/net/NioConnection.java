package org.pgsluice.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Connection} on a non-blocking channel. Interest is noted at once and told to the selector at the end of the turn, so that what is switched back
 * within a turn costs no system call. After a move the channel keeps its key in the old selector, without interest, for a later way back.
 */
final class NioConnection implements Connection, NioReactor.KeyOwner {
    private final SocketChannel channel;
    private final SocketAddress remote;
    private final SocketAddress local;
    private final boolean unix;
    private volatile NioReactor reactor;
    private @Nullable Handler handler;
    private @Nullable SelectionKey key;
    private @Nullable List<NioReactor> former;
    private int wanted;
    private int applied;
    private boolean dirty;
    private boolean drained;
    private boolean again;

    /** Takes over a connected, non-blocking channel. */
    NioConnection(NioReactor reactor, SocketChannel channel, SocketAddress remote, SocketAddress local, boolean unix) {
        this.reactor = reactor;
        this.channel = channel;
        this.remote = remote;
        this.local = local;
        this.unix = unix;
    }

    @Override
    public void handler(Handler handler) {
        assert reactor.inReactor();
        this.handler = handler;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        assert reactor.inReactor();
        int asked = into.remaining();
        int count = channel.read(into);
        drained = count >= 0 && count < asked;
        return count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        assert reactor.inReactor();
        return channel.write(from);
    }

    @Override
    public void wantRead(boolean on) {
        want(on ? wanted | SelectionKey.OP_READ : wanted & ~SelectionKey.OP_READ);
        if (on && again) {
            readAgain();
        }
    }

    @Override
    public void readAgain() {
        NioReactor at = reactor;
        assert at.inReactor();
        again = true;
        if (wantsRead()) {
            at.execute(() -> onAgain(at));
        }
    }

    private void onAgain(NioReactor at) {
        if (again && reactor == at && wantsRead() && channel.isOpen()) {
            again = false;
            try {
                called().onReadable();
            } catch (Throwable thrown) {
                failed(thrown, at);
            }
        }
    }

    private boolean wantsRead() {
        return (wanted & SelectionKey.OP_READ) != 0;
    }

    @Override
    public void wantWrite(boolean on) {
        want(on ? wanted | SelectionKey.OP_WRITE : wanted & ~SelectionKey.OP_WRITE);
    }

    private void want(int interest) {
        assert reactor.inReactor();
        if (interest != wanted) {
            wanted = interest;
            markDirty();
        }
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            reactor.interestChanged(this);
        }
    }

    /**
     * Tells the selector of {@code by}, at the end of its turn. Locked against {@link #attachTo}: the connection may be given to another reactor while this one
     * still has it on its list.
     */
    synchronized void applyInterest(NioReactor by) throws IOException {
        if (reactor != by) {
            return;
        }
        dirty = false;
        int interest = wanted;
        if (drained) {
            // Nothing is there to be read, so leave the socket armed: reading is often wanted again before more comes. If not, one idle event disarms it.
            interest |= applied & SelectionKey.OP_READ;
        }
        if (interest == applied || !channel.isOpen()) {
            return;
        }
        SelectionKey own = key;
        if (own == null) {
            key = channel.register(by.selector(), interest, this);
        } else {
            own.interestOps(interest);
        }
        applied = interest;
    }

    /** What the selector was told. */
    int armed() {
        assert reactor.inReactor();
        return applied;
    }

    /** Adopts the key under which the channel was connected; it must have no interest. */
    void adopt(SelectionKey connected) {
        key = connected;
        connected.attach(this);
    }

    @Override
    public void onReady(SelectionKey ready, NioReactor at) {
        if (reactor != at) {
            return; // a late event from before a move
        }
        try {
            int events = ready.readyOps();
            if ((events & wanted & SelectionKey.OP_WRITE) != 0) {
                called().onWritable();
            }
            if ((events & SelectionKey.OP_READ) != 0 && reactor == at && channel.isOpen()) {
                drained = false;
                if (wantsRead()) {
                    again = false;
                    called().onReadable();
                } else {
                    markDirty();
                }
            }
        } catch (CancelledKeyException closedMeanwhile) {
            return;
        } catch (Throwable thrown) {
            failed(thrown, at);
        }
    }

    private void failed(Throwable thrown, NioReactor at) {
        at.uncaught(thrown);
        if (reactor == at) {
            try {
                called().onFailure(thrown);
            } finally {
                close();
            }
        }
    }

    private Handler called() {
        Handler told = handler;
        if (told == null) {
            throw new IllegalStateException("interest without a handler");
        }
        return told;
    }

    @Override
    public void attachTo(Reactor target) {
        NioReactor to = (NioReactor) target;
        assert to.inReactor();
        NioReactor from = reactor;
        if (from == to) {
            return;
        }
        synchronized (this) {
            reactor = to;
            SelectionKey old = key;
            if (old != null) {
                if (old.isValid()) {
                    old.interestOps(0);
                }
                remember(from);
            }
            key = null;
            applied = 0;
            dirty = false;
        }
        if (wanted != 0) {
            markDirty();
        }
        if (again) {
            readAgain();
        }
    }

    private void remember(NioReactor from) {
        List<NioReactor> list = former;
        if (list == null) {
            list = new ArrayList<>(2);
            former = list;
        }
        if (!list.contains(from)) {
            list.add(from);
        }
    }

    @Override
    public void close() {
        assert reactor.inReactor();
        if (!channel.isOpen()) {
            return;
        }
        closeQuietly(channel);
        List<NioReactor> list = former;
        if (list != null) {
            // The descriptor is let go only when every selector that has a key has made a turn.
            for (NioReactor other : list) {
                other.wake();
            }
        }
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            return; // the descriptor is gone all the same
        }
    }

    @Override
    public void onStop(NioReactor at) {
        if (reactor == at) {
            close();
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
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
        return unix ? SocketTuning.peerCredentials(channel) : PeerCredentials.UNKNOWN;
    }

    @Override
    public Reactor reactor() {
        return reactor;
    }

    @Override
    public void options(SocketOptions options) {
        assert reactor.inReactor();
        if (!unix && channel.isOpen()) {
            reactor.tuning().retune(channel, options);
        }
    }

    @Override
    public String toString() {
        return "connection " + local + " - " + remote;
    }
}
