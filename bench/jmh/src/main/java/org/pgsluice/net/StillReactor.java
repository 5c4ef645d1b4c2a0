package org.pgsluice.net;

import java.net.SocketAddress;

/** A reactor on which nothing happens by itself. */
public final class StillReactor implements Reactor {
    private final Buffers buffers = new Buffers();

    @Override
    public int index() {
        return 0;
    }

    @Override
    public boolean inReactor() {
        return true;
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public long freshNanoTime() {
        return 0;
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return () -> {};
    }

    @Override
    public Timer scheduleLazily(long delayNanos, Runnable task) {
        return () -> {};
    }

    @Override
    public Buffers buffers() {
        return buffers;
    }

    @Override
    public Listener listen(SocketAddress address, ListenOptions options, Acceptor acceptor) {
        throw new UnsupportedOperationException("nobody listens in a benchmark of one loop");
    }

    @Override
    public DialAttempt dial(SocketAddress address, SocketOptions options, DialHandler dial) {
        throw new UnsupportedOperationException("nobody dials in a benchmark of one loop");
    }
}
