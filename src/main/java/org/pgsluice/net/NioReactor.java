package org.pgsluice.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A {@link Reactor} on a {@link Selector}: portable, without native code. Interests that changed in a turn are told to the selector at its end. */
public final class NioReactor extends LoopReactor {
    private static final int KEPT_DIRTY = 1024;

    private final Selector selector;
    private final Consumer<SelectionKey> serve = new Serve();
    private final SocketTuning tuning;
    private @Nullable NioConnection[] dirty = new NioConnection[64];
    private int dirtyCount;

    /**
     * Opens the selector; nothing runs yet.
     *
     * @throws IOException when the operating system gives no selector
     */
    public NioReactor(int index, Incidents incidents) throws IOException {
        super(index, incidents);
        selector = Selector.open();
        tuning = new SocketTuning(incidents);
    }

    @Override
    Loop.Poller poller() {
        return new Selection();
    }

    @Override
    public Listener listen(SocketAddress address, ListenOptions options, Acceptor acceptor) throws IOException {
        assert inReactor();
        return NioListener.open(this, address, options, acceptor);
    }

    @Override
    public DialAttempt dial(SocketAddress address, SocketOptions options, DialHandler dial) {
        assert inReactor();
        return NioDial.start(this, address, options, dial);
    }

    Selector selector() {
        return selector;
    }

    SocketTuning tuning() {
        return tuning;
    }

    /** Has {@link NioConnection#applyInterest} called before the loop waits again. */
    void interestChanged(NioConnection connection) {
        if (dirtyCount == dirty.length) {
            dirty = Arrays.copyOf(dirty, dirtyCount * 2);
        }
        dirty[dirtyCount++] = connection;
    }

    /** Ends a wait of the loop, if it waits. Any thread. */
    void wake() {
        loop.wake();
    }

    private void applyInterests() {
        for (int i = 0; i < dirtyCount; i++) {
            NioConnection connection = dirty[i];
            dirty[i] = null;
            if (connection != null) {
                apply(connection);
            }
        }
        dirtyCount = 0;
        if (dirty.length > KEPT_DIRTY) {
            dirty = new NioConnection[KEPT_DIRTY];
        }
    }

    private void apply(NioConnection connection) {
        try {
            connection.applyInterest(this);
        } catch (IOException | CancelledKeyException closedMeanwhile) {
            connection.close();
        }
    }

    /** What is attached to a key. */
    interface KeyOwner {
        /** The channel is ready for {@code key.readyOps()}; {@code at} is the reactor that found it. Must not throw. */
        void onReady(SelectionKey key, NioReactor at);

        /** The reactor ends: close what it owns. */
        void onStop(NioReactor at);
    }

    private final class Selection implements Loop.Poller {
        @Override
        public boolean settle() {
            applyInterests();
            return false;
        }

        @Override
        public void poll(long millis) throws IOException {
            if (millis == 0) {
                selector.selectNow(serve);
            } else {
                selector.select(serve, millis < 0 ? 0 : millis);
            }
        }

        @Override
        public void wake() {
            selector.wakeup();
        }

        @Override
        public void close() {
            for (SelectionKey key : selector.keys()) {
                if (key.attachment() instanceof KeyOwner owner) {
                    owner.onStop(NioReactor.this);
                }
            }
            try {
                selector.selectNow(); // lets go of the closed channels
                selector.close();
            } catch (IOException failed) {
                uncaught(failed);
            }
        }
    }

    private final class Serve implements Consumer<SelectionKey> {
        @Override
        public void accept(SelectionKey key) {
            loop.awake(true);
            ((KeyOwner) key.attachment()).onReady(key, NioReactor.this);
            loop.runOwnTasks();
        }
    }
}
