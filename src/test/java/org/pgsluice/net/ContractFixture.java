package org.pgsluice.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A world with listeners, dials and scripted ends, in which contracts are tested. */
abstract class ContractFixture {
    private static final ListenOptions OPTIONS = new ListenOptions(100, false, 0, 0777, null, SocketOptions.DEFAULT);

    final List<Connection> accepted = Collections.synchronizedList(new ArrayList<>());
    protected World world;

    /** A fresh world. */
    protected abstract World open();

    @BeforeEach
    void openWorld() {
        world = open();
    }

    @AfterEach
    void closeWorld() {
        world.close();
    }

    <T> T on(int reactor, Callable<T> work) {
        return world.on(world.reactor(reactor), work);
    }

    void run(int reactor, Runnable work) {
        on(reactor, () -> {
            work.run();
            return true;
        });
    }

    Reactor.Listener listen() {
        return on(0, () -> world.reactor(0).listen(world.freshAddress(), OPTIONS, each -> world.accepted(each, accepted::add)));
    }

    Dialed dial(int reactor, SocketAddress address) {
        Dialed dialed = new Dialed();
        run(reactor, () -> world.reactor(reactor).dial(address, SocketOptions.DEFAULT, dialed));
        return dialed;
    }

    Connection connect(int reactor, SocketAddress address) {
        Dialed dialed = dial(reactor, address);
        world.await(() -> dialed.connection.get() != null);
        return dialed.connection.get();
    }

    Connection accepted(int index) {
        world.await(() -> accepted.size() > index);
        return accepted.get(index);
    }

    Peer peer(int reactor, Connection connection, boolean echo) {
        return on(reactor, () -> new Peer(connection, echo));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] noise(int count) {
        byte[] noise = new byte[count];
        new Random(count).nextBytes(noise);
        return noise;
    }

    /** Takes a byte a turn. */
    static final class SlowReader implements Connection.Handler {
        private final Connection connection;
        final AtomicInteger turns = new AtomicInteger();
        volatile boolean ended;

        SlowReader(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void onReadable() {
            ByteBuffer one = connection.reactor().buffers().in().clear().limit(1);
            try {
                if (connection.read(one) < 0) {
                    connection.wantRead(false);
                    ended = true;
                } else {
                    turns.addAndGet(one.position());
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public void onWritable() {}
    }

    /** The outcome of a dial. */
    final class Dialed implements Reactor.DialHandler {
        final AtomicReference<@Nullable Connection> connection = new AtomicReference<>();
        final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

        @Override
        public void onConnected(Connection connected) {
            connection.set(world.connected(connected));
        }

        @Override
        public void onDialFailed(IOException reason) {
            failure.set(reason);
        }
    }

    /** Bytes for a direct write in tests. */
    protected static ByteBuffer direct(String text) {
        byte[] bytes = bytes(text);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
