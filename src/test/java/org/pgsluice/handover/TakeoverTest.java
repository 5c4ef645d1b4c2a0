package org.pgsluice.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.pooler.StartFailure;

@EnabledOnOs(OS.LINUX)
class TakeoverTest {
    @TempDir
    Path directory;

    private final CapturedLog log = new CapturedLog();

    /** Whoever listens gets not a byte: no login, no command. */
    @Test
    void processOfAnotherUserIsNotBelieved() throws Exception {
        Path path = directory.resolve("s");
        long own = ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));

            assertThatThrownBy(() -> Takeover.find(path.toString(), own + 1, log))
                    .isInstanceOf(StartFailure.class)
                    .hasMessage("cannot take over from the process at " + path + ": it runs as user " + own + ", and this one as user " + (own + 1));

            try (SocketChannel accepted = listener.accept()) {
                assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void whereNobodyListensThereIsNothingToTake() throws Exception {
        assertThat(Takeover.find(directory.resolve("none").toString(), 0, log)).isNull();
    }
}
