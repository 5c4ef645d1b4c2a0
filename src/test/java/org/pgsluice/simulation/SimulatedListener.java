package org.pgsluice.simulation;

import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.pgsluice.net.Reactor;

/** A listener of the world. Connections that nobody has accepted wait here; when it closes they are reset. */
final class SimulatedListener implements Reactor.Listener {
    private final SimulatedReactor reactor;
    private final SocketAddress address;
    private final int backlog;
    private final Reactor.Acceptor acceptor;
    private final ArrayDeque<SimulatedConnection> waiting = new ArrayDeque<>();
    private boolean paused;
    private boolean closed;

    SimulatedListener(SimulatedReactor reactor, SocketAddress address, int backlog, Reactor.Acceptor acceptor) {
        this.reactor = reactor;
        this.address = address;
        this.backlog = backlog;
        this.acceptor = acceptor;
    }

    SimulatedReactor reactor() {
        return reactor;
    }

    boolean isFull() {
        return waiting.size() >= backlog;
    }

    /** A connection came. */
    void offer(SimulatedConnection connection) {
        waiting.add(connection);
        reactor.execute(this::acceptOne);
    }

    private void acceptOne() {
        if (paused || closed) {
            return;
        }
        SimulatedConnection connection = waiting.poll();
        if (connection != null) {
            try {
                acceptor.onAccepted(connection);
            } catch (Throwable thrown) {
                if (connection.reactor() == reactor) {
                    connection.close();
                }
                throw thrown;
            }
        }
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void pause() {
        assert reactor.inReactor();
        paused = true;
    }

    @Override
    public void resume() {
        assert reactor.inReactor();
        paused = false;
        for (int i = 0; i < waiting.size(); i++) {
            reactor.execute(this::acceptOne);
        }
    }

    @Override
    public void close() {
        assert reactor.inReactor();
        if (!closed) {
            closed = true;
            reactor.network().remove(this);
            for (SimulatedConnection connection : waiting) {
                connection.discard();
            }
            waiting.clear();
        }
    }
}
