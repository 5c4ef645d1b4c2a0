package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixSocketFileTest {
    @TempDir
    Path directory;

    private Path path() {
        return directory.resolve(".s.PGSQL.6432");
    }

    private static UnixSocketFile bind(ServerSocketChannel channel, Path path, int mode, @Nullable String group) throws IOException {
        return UnixSocketFile.bind(
                UnixDomainSocketAddress.of(path),
                new ListenOptions(5, false, 0, mode, group, SocketOptions.DEFAULT),
                place -> channel.bind(place, 5));
    }

    private static ServerSocketChannel channel() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    private String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path()));
    }

    @Test
    void modeIsAsAskedAndTheSocketAnswers() throws IOException {
        for (int mode : new int[] {0777, 0700, 0660}) {
            try (ServerSocketChannel channel = channel()) {
                UnixSocketFile file = bind(channel, path(), mode, null);

                assertThat(mode()).isEqualTo(mode == 0777 ? "rwxrwxrwx" : mode == 0700 ? "rwx------" : "rw-rw----");
                try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
                    assertThat(client.isConnected()).isTrue();
                }
                file.delete();
            }
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void groupIsSet() throws IOException {
        String own = Files.readAttributes(directory, PosixFileAttributes.class).group().getName();
        try (ServerSocketChannel channel = channel()) {
            bind(channel, path(), 0770, own);

            assertThat(Files.getAttribute(path(), "posix:group")).hasToString(own);
        }
    }

    @Test
    void unknownGroupIsNamedAndLeavesNothingBehind() throws IOException {
        try (ServerSocketChannel channel = channel()) {
            assertThatThrownBy(() -> bind(channel, path(), 0770, "nosuchgroup")).hasMessage("there is no group \"nosuchgroup\"");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void staleFileIsReplaced() throws IOException {
        try (ServerSocketChannel old = channel()) {
            bind(old, path(), 0777, null);
        }
        assertThat(path()).exists();

        try (ServerSocketChannel channel = channel()) {
            bind(channel, path(), 0777, null);
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @Test
    void socketThatAnswersIsLeftAlone() throws IOException {
        try (ServerSocketChannel owner = channel();
                ServerSocketChannel other = channel()) {
            bind(owner, path(), 0777, null);

            assertThatThrownBy(() -> bind(other, path(), 0777, null)).hasMessage("unix socket is in use, cannot continue");
        }
    }

    @Test
    void fileThatIsNoSocketIsLeftAlone() throws IOException {
        Files.writeString(path(), "precious");
        try (ServerSocketChannel channel = channel()) {
            assertThatThrownBy(() -> bind(channel, path(), 0777, null)).hasMessage("a file that is no socket is in the way");
        }
        assertThat(path()).hasContent("precious");
    }

    @Test
    void successorsFileIsNotDeleted() throws IOException {
        try (ServerSocketChannel old = channel();
                ServerSocketChannel successor = channel()) {
            UnixSocketFile ours = bind(old, path(), 0777, null);
            Files.move(path(), path().resolveSibling("kept")); // so that its inode is not used again
            bind(successor, path(), 0777, null);

            ours.delete();

            assertThat(path()).exists();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    @EnabledOnOs(OS.LINUX)
    void listenerRemovesItsFileAndTellsWhoConnected(String engine) throws IOException {
        try (SocketWorld world = new SocketWorld(engine, true)) {
            List<Connection> accepted = Collections.synchronizedList(new ArrayList<>());
            Reactor.Listener listener = world.on(world.reactor(0), () -> world.reactor(0)
                    .listen(
                            UnixDomainSocketAddress.of(path()),
                            new ListenOptions(5, false, 0, 0700, null, SocketOptions.DEFAULT),
                            accepted::add));
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
                world.await(() -> accepted.size() == 1);
                Connection connection = accepted.getFirst();

                assertThat(connection.isUnix()).isTrue();
                assertThat(connection.remoteAddress()).isEqualTo(UnixDomainSocketAddress.of(path()));
                assertThat(world.on(world.reactor(0), connection::peerCredentials))
                        .isEqualTo(new Connection.PeerCredentials(ProcessHandle.current().pid(), ownUid()));
                assertThat(client.isConnected()).isTrue();
            }
            world.on(world.reactor(0), () -> {
                listener.close();
                return true;
            });
            assertThat(directory).isEmptyDirectory();
        }
    }

    private static long ownUid() throws IOException {
        return ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    }
}
