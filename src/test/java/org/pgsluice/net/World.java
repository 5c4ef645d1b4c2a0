package org.pgsluice.net;

import java.net.SocketAddress;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Where a contract runs: two reactors that reach one another, and a way to wait. */
public interface World extends AutoCloseable {
    /** 0 or 1. */
    Reactor reactor(int index);

    /** An address to listen on that nobody uses. */
    SocketAddress freshAddress();

    /** An address that refuses. */
    SocketAddress refusingAddress();

    /** Gives {@code then} what a listener's user gets for the connection that it accepted, now or later; a world may decorate it. On its reactor. */
    default void accepted(Connection connection, Consumer<Connection> then) {
        then.accept(connection);
    }

    /** What is got for one that was dialed. */
    default Connection connected(Connection connection) {
        return connection;
    }

    /** Waits for {@code condition}, and fails when it does not come true in time. It may be asked from any thread. */
    void await(BooleanSupplier condition);

    /** Does {@code work} on {@code reactor} and waits for its result. */
    <T> T on(Reactor reactor, Callable<T> work);

    /** Whether connections are under way in a real network, where buffers cannot be predicted. */
    boolean isReal();

    @Override
    void close();
}
