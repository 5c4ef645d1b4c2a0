package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class EpollReactorTest extends ReactorContract {
    private static final int ROUNDS = 2_000;

    @Override
    protected String engine() {
        return "epoll";
    }

    @Test
    void readsAndWritesAllocateNothing() {
        SocketAddress address = listen(world.freshAddress(), options(false, 0, SocketOptions.DEFAULT));
        Connection near = connect(address, SocketOptions.DEFAULT);
        world.await(() -> accepted.size() == 1);
        Connection far = accepted.getFirst();
        Reactor reactor = world.reactor(1);
        world.on(reactor, () -> {
            far.attachTo(reactor);
            return true;
        });

        // The first rounds link the calls and are interpreted, which allocates.
        world.await(() -> world.on(reactor, () -> allocated(near, far, reactor.buffers())) == 0);
    }

    private static long allocated(Connection near, Connection far, Buffers buffers) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int moved = 0;
        for (int i = 0; i < ROUNDS; i++) {
            ByteBuffer out = buffers.out().clear().limit(100);
            near.wantWrite(near.write(out) < 100);
            ByteBuffer in = buffers.in().clear();
            while (in.position() < 100) {
                far.read(in);
            }
            far.wantRead(false);
            moved += in.position();
        }
        assertThat(moved).isEqualTo(100 * ROUNDS);
        return threads.getCurrentThreadAllocatedBytes() - before - assertionCost(threads);
    }

    /** What the assertion above allocates is not the connections'. */
    private static long assertionCost(ThreadMXBean threads) {
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(100 * ROUNDS).isEqualTo(100 * ROUNDS);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @ParameterizedTest
    @CsvSource({
        "SO_KEEPALIVE, 1, 9, 1",
        "TCP_NODELAY, 6, 1, 1",
        "TCP_KEEPIDLE, 6, 4, 61",
        "TCP_KEEPINTVL, 6, 5, 11",
        "TCP_KEEPCNT, 6, 6, 3",
        "TCP_USER_TIMEOUT, 6, 18, 30001",
        "SO_RCVBUF, 1, 8, 65536",
        "SO_SNDBUF, 1, 7, 65536"
    })
    void optionsReachBothEnds(String name, int level, int option, int expected) {
        SocketOptions tuned = new SocketOptions(true, 3, 61, 11, 30_001, 32_768);
        SocketAddress address = listen(world.freshAddress(), options(false, 0, tuned));
        Connection near = connect(address, tuned);
        world.await(() -> accepted.size() == 1);

        assertThat(option(accepted.getFirst(), level, option)).as("%s of the accepted socket", name).isEqualTo(expected);
        assertThat(option(near, level, option)).as("%s of the dialled socket", name).isEqualTo(expected);
    }

    private int option(Connection connection, int level, int option) {
        return world.on(connection.reactor(), () -> {
            NativeMemory memory = new NativeMemory();
            MemorySegment value = memory.allocate(Integer.BYTES);
            MemorySegment length = memory.allocate(Integer.BYTES);
            length.set(JAVA_INT, 0, Integer.BYTES);
            int fd = ((EpollConnection) connection).number();
            assertThat(new LinuxCalls(memory).getsockopt(fd, level, option, value.address(), length.address())).isZero();
            return value.get(JAVA_INT, 0);
        });
    }

    @Test
    void abstractSocketHasANameAndNoFile() throws IOException {
        String name = "@pgsluice-test-" + ProcessHandle.current().pid() + "/.s.PGSQL.6432";
        SocketAddress address = AbstractUnixAddress.orPath(name);

        assertThat(listen(address, options(false, 0, SocketOptions.DEFAULT))).isEqualTo(address).hasToString(name);

        assertThat(Files.readAllLines(Path.of("/proc/net/unix"))).anyMatch(line -> line.endsWith(" " + name));
        Connection near = connect(address, SocketOptions.DEFAULT);
        world.await(() -> accepted.size() == 1);
        assertThat(near.isUnix()).isTrue();
        assertThat(near.remoteAddress()).isEqualTo(address);
        assertThat(world.on(world.reactor(0), accepted.getFirst()::peerCredentials).pid()).isEqualTo(ProcessHandle.current().pid());
        assertThatThrownBy(() -> listen(address, options(false, 0, SocketOptions.DEFAULT)))
                .hasStackTraceContaining("cannot listen on " + name + ": Address already in use");
    }

    @Test
    void pathThatDoesNotFitIsRefusedInWords() {
        AtomicReference<IOException> failure = new AtomicReference<>();
        world.on(world.reactor(1), () -> world.reactor(1)
                .dial(UnixDomainSocketAddress.of("/" + "x".repeat(107)), SocketOptions.DEFAULT, new Reactor.DialHandler() {
                    @Override
                    public void onConnected(Connection connection) {
                        connection.close();
                    }

                    @Override
                    public void onDialFailed(IOException reason) {
                        failure.set(reason);
                    }
                }));

        world.await(() -> failure.get() != null);
        assertThat(failure.get()).hasMessage("Unix domain path too long");
    }

    @Test
    void stoppedReactorsLeaveNoDescriptors() throws Exception {
        int before = descriptors();
        for (int i = 0; i < 5; i++) {
            try (SocketWorld other = new SocketWorld("epoll", false)) {
                SocketAddress address = other.on(other.reactor(0), () -> other.reactor(0)
                                .listen(other.freshAddress(), options(false, 0, SocketOptions.DEFAULT), accepted::add))
                        .address();
                other.on(other.reactor(1), () -> other.reactor(1).dial(address, SocketOptions.DEFAULT, new Reactor.DialHandler() {
                    @Override
                    public void onConnected(Connection connection) {}

                    @Override
                    public void onDialFailed(IOException reason) {}
                }));
                int expected = i + 1;
                other.await(() -> accepted.size() == expected);
            }
        }

        assertThat(descriptors()).isLessThan(before + 5);
        assertThat(accepted).noneMatch(Connection::isOpen);
    }
}
