package org.pgsluice.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.net.Connection;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.net.SocketWorld;

/** Records go to and fro between two real reactors, and once the code is compiled none of them allocates. */
@EnabledOnOs(OS.LINUX)
class TlsAllocationTest {
    private static final int ROUND_TRIPS = 1_000;
    private static final int MOST_ROUNDS = 30;

    @TempDir
    private static Path directory;

    @ParameterizedTest
    @ValueSource(ints = {300, 30_000})
    void recordsAllocateNothing(int bytes) {
        try (TlsWorld world = new TlsWorld(new SocketWorld("epoll", false), directory)) {
            AtomicReference<@Nullable PingPong> far = new AtomicReference<>();
            AtomicReference<@Nullable PingPong> near = new AtomicReference<>();
            Reactor.Listener listener = world.on(world.reactor(0), () -> world.reactor(0).listen(world.freshAddress(),
                    new ListenOptions(1, false, 0, 0777, null, SocketOptions.DEFAULT),
                    plain -> world.accepted(plain, secured -> far.set(new PingPong(secured, bytes)))));
            world.on(world.reactor(1), () -> world.reactor(1).dial(listener.address(), SocketOptions.DEFAULT, new Reactor.DialHandler() {
                @Override
                public void onConnected(Connection connection) {
                    near.set(new PingPong(world.connected(connection), bytes));
                }

                @Override
                public void onDialFailed(IOException reason) {}
            }));
            world.await(() -> far.get() != null && near.get() != null);
            long thread = world.on(world.reactor(0), () -> Thread.currentThread().threadId());
            ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();

            double least = Double.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && least >= 1; round++) {
                long before = memory.getThreadAllocatedBytes(thread);
                int goal = near.get().messages.get() + ROUND_TRIPS;
                world.on(world.reactor(1), () -> near.get().begin(goal));
                world.await(() -> near.get().messages.get() >= goal);
                least = Math.min(least, (memory.getThreadAllocatedBytes(thread) - before) / (double) ROUND_TRIPS);
            }

            assertThat(least).as("bytes a round trip").isLessThan(1);
        }
    }

    /** Sends as many bytes back once a message is there whole, from and into the reactor's own buffers. */
    private static final class PingPong implements Connection.Handler {
        private final Connection connection;
        private final int bytes;
        private int goal = Integer.MAX_VALUE;
        private int toRead;
        private int toWrite;
        final AtomicInteger messages = new AtomicInteger();

        PingPong(Connection connection, int bytes) {
            this.connection = connection;
            this.bytes = bytes;
            this.toRead = bytes;
            connection.handler(this);
            connection.wantRead(true);
        }

        boolean begin(int until) {
            goal = until;
            toWrite = bytes;
            onWritable();
            return true;
        }

        @Override
        public void onReadable() {
            try {
                toRead -= Math.max(0, connection.read(connection.reactor().buffers().in().clear().limit(toRead)));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            if (toRead == 0) {
                toRead = bytes;
                if (messages.incrementAndGet() < goal) {
                    toWrite = bytes;
                    onWritable();
                }
            }
        }

        @Override
        public void onWritable() {
            try {
                toWrite -= connection.write(connection.reactor().buffers().out().clear().limit(toWrite));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            connection.wantWrite(toWrite > 0);
        }
    }
}
