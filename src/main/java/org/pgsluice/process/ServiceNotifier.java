package org.pgsluice.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Log;
import org.pgsluice.net.CLibrary;

/**
 * Tells the service manager (systemd's {@code Type=notify} and {@code notify-reload}) how far the process is: datagrams to the socket that NOTIFY_SOCKET names,
 * a path or, with a leading {@code @}, an abstract name. Without one it does nothing. Any thread. What cannot be sent is logged and never stops the pooler.
 */
public final class ServiceNotifier {
    private static final int AF_UNIX = 1;
    private static final int DATAGRAM_CLOEXEC = 2 | 02000000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MAX_PATH = 108;
    private static final long CLOCK_STEP = 1000;

    private final @Nullable String socket;
    private final Log log;

    /** @param socket the value of NOTIFY_SOCKET */
    public ServiceNotifier(@Nullable String socket, Log log) {
        this.socket = socket == null || socket.isEmpty() ? null : socket;
        this.log = log;
    }

    /** This process serves from now on, also where the service manager started another one (-d, -R). */
    public void mainProcess(long pid) {
        send("MAINPID=" + pid);
    }

    public void ready() {
        send("READY=1");
    }

    /** @param nanoTime of the monotonic clock; Java's {@code System.nanoTime()} is that clock on Linux */
    public void reloading(long nanoTime) {
        send("RELOADING=1\nMONOTONIC_USEC=" + nanoTime / CLOCK_STEP);
    }

    public void stopping() {
        send("STOPPING=1");
    }

    private void send(String text) {
        if (socket == null) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            if (!send(socket, text, arena)) {
                log.warning("could not notify the service manager at '" + socket + "'");
            }
        } catch (RuntimeException | LinkageError e) {
            log.warning("could not notify the service manager at '" + socket + "': " + e);
        }
    }

    private static boolean send(String socket, String text, Arena arena) {
        byte[] path = socket.getBytes(StandardCharsets.UTF_8);
        if (path.length >= MAX_PATH) {
            return false;
        }
        MemorySegment address = arena.allocate(2 + MAX_PATH, Short.BYTES);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        boolean isAbstract = path[0] == '@';
        MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
        if (isAbstract) {
            address.set(JAVA_BYTE, 2, (byte) 0);
        }
        int addressLength = 2 + path.length + (isAbstract ? 0 : 1);
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment message = arena.allocateFrom(JAVA_BYTE, bytes);
        CLibrary c = new CLibrary(arena);
        int fd = (int) c.call("socket", AF_UNIX, DATAGRAM_CLOEXEC, 0);
        if (fd < 0) {
            return false;
        }
        boolean sent = (int) c.call("connect", fd, address.address(), addressLength) == 0
                && c.call("send", fd, message.address(), bytes.length, MSG_NOSIGNAL, 0) == bytes.length;
        return (int) c.call("close", fd, 0, 0) == 0 && sent;
    }
}
