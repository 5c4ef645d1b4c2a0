package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class DescriptorPassingTest {
    private static final int PIECES = 1_000;
    private static final int PIECE_BYTES = 700;

    @TempDir
    Path temp;

    private final SocketWorld world = new SocketWorld("epoll", false);
    private final List<Connection> accepted = new CopyOnWriteArrayList<>();
    private final ListenOptions options = new ListenOptions(100, false, 0, 0777, null, SocketOptions.DEFAULT);
    private UnixDomainSocketAddress path;

    @BeforeEach
    void listen() {
        path = UnixDomainSocketAddress.of(temp.resolve("s"));
        world.on(world.reactor(0), () -> world.reactor(0).listen(path, options, accepted::add));
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void descriptorsComeInTheOrderOfTheirBytesHoweverSlowTheReaderIs() throws IOException {
        Reactor reactor = world.reactor(0);
        List<Reactor.Listener> listeners = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            listeners.add(world.on(reactor, () -> reactor.listen(world.freshAddress(), options, accepted::add)));
        }
        try (PassingSocket socket = PassingSocket.connect(path)) {
            world.await(() -> accepted.size() == 1);
            Owner owner = new Owner();
            Connection near = accepted.getFirst();
            boolean waits = world.on(reactor, () -> send(near, owner, listeners));
            assertThat(waits).as("the socket did not take all at once").isTrue();

            ByteBuffer in = ByteBuffer.allocate(64 * 1024);
            long bytes = 0;
            while (bytes < (long) (PIECES + 1) * PIECE_BYTES) {
                bytes += socket.read(in.clear());
            }
            for (int i = 0; i < PIECES; i++) {
                int fd = socket.takeDescriptor();
                assertThat(fd).as("descriptor %d", i).isNotNegative();
                if (i < 2) {
                    assertThat(addressOf(fd)).isEqualTo(listeners.get(i).address());
                } else {
                    socket.closeDescriptor(fd);
                }
            }
            assertThat(socket.takeDescriptor()).isNegative();
            assertThat(world.on(reactor, () -> owner.failures)).isZero();
        }
    }

    private static boolean send(Connection connection, Owner owner, List<Reactor.Listener> listeners) throws IOException {
        connection.handler(owner);
        DescriptorSender sender = DescriptorSender.on(new Wire(connection), owner);
        for (int i = 0; i < PIECES; i++) {
            sender.send(ByteBuffer.allocate(PIECE_BYTES), (Passable) listeners.get(i % 2));
        }
        sender.send(ByteBuffer.allocate(PIECE_BYTES), null);
        return sender.busy();
    }

    private SocketAddress addressOf(int fd) {
        EpollReactor other = (EpollReactor) world.reactor(1);
        return world.on(other, () -> other.adoptListener(fd, path, false, SocketOptions.DEFAULT, accepted::add).address());
    }

    @Test
    void adoptedListenerAcceptsAndRemovesItsFile() throws IOException {
        EpollReactor other = (EpollReactor) world.reactor(1);
        try (PassingSocket socket = PassingSocket.connect(path)) {
            world.await(() -> accepted.size() == 1);
            Connection near = accepted.getFirst();
            Reactor.Listener listener = world.on(world.reactor(0), () -> world.reactor(0)
                    .listen(UnixDomainSocketAddress.of(temp.resolve("t")), options, accepted::add));
            world.on(world.reactor(0), () -> {
                DescriptorSender.on(new Wire(near), new Owner()).send(ByteBuffer.allocate(1), (Passable) listener);
                return true;
            });
            socket.read(ByteBuffer.allocate(1));
            int fd = socket.takeDescriptor();
            List<Connection> there = new CopyOnWriteArrayList<>();
            Reactor.Listener adopted = world.on(other, () -> other.adoptListener(fd, listener.address(), true, SocketOptions.DEFAULT, there::add));
            world.on(world.reactor(0), () -> {
                listener.pause();
                return true;
            });

            try (PassingSocket guest = PassingSocket.connect(listener.address())) {
                assertThat(guest).isNotNull();
                world.await(() -> there.size() == 1);
            }
            world.on(other, () -> {
                adopted.close();
                return true;
            });
            assertThat(Files.exists(temp.resolve("t"))).isFalse();
        }
    }

    @Test
    void whatWasLetGoIsTheOthersAlone() throws IOException {
        EpollReactor reactor = (EpollReactor) world.reactor(0);
        Reactor.Listener listener = world.on(reactor, () -> reactor.listen(world.freshAddress(), options, accepted::add));
        try (PassingSocket socket = PassingSocket.connect(path);
                SocketChannel client = SocketChannel.open(listener.address())) {
            world.await(() -> accepted.size() == 2);
            boolean first = accepted.getFirst().isUnix();
            Connection console = accepted.get(first ? 0 : 1);
            Connection passed = accepted.get(first ? 1 : 0);
            Owner owner = new Owner();
            Owner reader = new Owner();
            world.on(reactor, () -> {
                passed.handler(reader);
                passed.wantRead(true);
                console.handler(owner);
                DescriptorSender sender = DescriptorSender.on(new Wire(console), owner);
                sender.send(ByteBuffer.allocate(1), (Passable) passed);
                sender.send(ByteBuffer.allocate(1), (Passable) listener);
                ((Passable) passed).letGo();
                ((Passable) listener).letGo();
                return null;
            });
            ByteBuffer in = ByteBuffer.allocate(1);
            assertThat(socket.read(in) + socket.read(in.clear())).isEqualTo(2);
            EpollReactor other = (EpollReactor) world.reactor(1);
            int number = socket.takeDescriptor();
            Connection taken = world.on(other, () -> other.adopt(number, path));
            int listening = socket.takeDescriptor();
            world.on(other, () -> other.adoptListener(listening, path, false, SocketOptions.DEFAULT, accepted::add));

            client.write(ByteBuffer.wrap(new byte[] {7}));
            ByteBuffer got = ByteBuffer.allocateDirect(1);
            world.await(() -> world.on(other, () -> taken.read(got.clear())) == 1);
            assertThat(world.on(other, () -> taken.write(ByteBuffer.allocateDirect(1)))).isOne();
            assertThat(client.read(ByteBuffer.allocate(1))).isOne();
            try (SocketChannel next = SocketChannel.open(listener.address())) {
                assertThat(next.isConnected()).isTrue();
                world.await(() -> accepted.size() == 3);
                assertThat(accepted.getLast().reactor()).isSameAs(other);
            }
            assertThat(world.on(reactor, () -> reader.events)).isZero();
            assertThat(world.on(reactor, passed::isOpen)).isFalse();
        }
    }

    @Test
    void listenerOfUnknownPlaceSaysWhereItIs() throws IOException {
        try (PassingSocket socket = PassingSocket.connect(path)) {
            world.await(() -> accepted.size() == 1);
            Connection near = accepted.getFirst();
            for (SocketAddress place : List.of(UnixDomainSocketAddress.of(temp.resolve("u")), AbstractUnixAddress.orPath("@" + temp))) {
                Reactor.Listener listener = world.on(world.reactor(0), () -> world.reactor(0).listen(place, options, accepted::add));
                world.on(world.reactor(0), () -> {
                    DescriptorSender.on(new Wire(near), new Owner()).send(ByteBuffer.allocate(1), (Passable) listener);
                    return true;
                });
                socket.read(ByteBuffer.allocate(1));
                EpollReactor other = (EpollReactor) world.reactor(1);
                int fd = socket.takeDescriptor();

                assertThat(world.on(other, () -> other.adoptListener(fd, null, false, SocketOptions.DEFAULT, accepted::add)).address()).isEqualTo(place);
            }
        }
    }

    @Test
    void nobodyListensIsNoError() throws IOException {
        assertThat(PassingSocket.connect(UnixDomainSocketAddress.of(temp.resolve("nobody")))).isNull();
    }

    private static final class Owner implements Connection.Handler {
        private int failures;
        private int events;

        @Override
        public void onReadable() {
            events++;
        }

        @Override
        public void onWritable() {
            events++;
        }

        @Override
        public void onFailure(Throwable thrown) {
            failures++;
        }
    }
}
