package org.pgsluice.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.net.CLibrary;
import org.pgsluice.log.CapturedLog;

class ServiceNotifierTest {
    private final CapturedLog log = new CapturedLog();

    @Test
    void datagramsReachASocketWithAPath(@TempDir Path dir) {
        exchange(dir.resolve("notify").toString());
    }

    @Test
    void datagramsReachAnAbstractSocket() {
        exchange("@pgsluice-notify-" + ProcessHandle.current().pid());
    }

    @Test
    void missingSocketIsAWarning(@TempDir Path dir) {
        new ServiceNotifier(dir.resolve("none").toString(), log).ready();

        assertThat(log.lines()).containsExactly("WARNING could not notify the service manager at '" + dir.resolve("none") + "'");
    }

    @Test
    void withoutASocketNothingHappens() {
        new ServiceNotifier(null, log).stopping();

        assertThat(log.lines()).isEmpty();
    }

    private void exchange(String name) {
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) new CLibrary(arena).call("socket", 1, 2, 0);
            byte[] path = name.replace('@', '\0').getBytes(StandardCharsets.UTF_8);
            MemorySegment address = arena.allocate(110, 2);
            address.set(JAVA_SHORT, 0, (short) 1);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
            int length = 2 + path.length + (path[0] == 0 ? 0 : 1);
            int bound = (int) new CLibrary(arena).call("bind", fd, address.address(), length);
            assertThat(bound).isZero();
            ServiceNotifier notifier = new ServiceNotifier(name, log);

            notifier.mainProcess(4711);
            notifier.ready();
            notifier.reloading(5_000_000);
            notifier.stopping();

            assertThat(receive(fd, arena)).isEqualTo("MAINPID=4711");
            assertThat(receive(fd, arena)).isEqualTo("READY=1");
            assertThat(receive(fd, arena)).isEqualTo("RELOADING=1\nMONOTONIC_USEC=5000");
            assertThat(receive(fd, arena)).isEqualTo("STOPPING=1");
            assertThat(log.lines()).isEmpty();
            int closed = (int) new CLibrary(arena).call("close", fd, 0, 0);
            assertThat(closed).isZero();
        }
    }

    private static String receive(int fd, Arena arena) {
        MemorySegment buffer = arena.allocate(256);
        long dontWait = 0x40;
        long length = new CLibrary(arena).call("recv", fd, buffer.address(), 256, dontWait, 0);
        assertThat(length).isPositive();
        return new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.US_ASCII);
    }
}
