package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.pgsluice.net.Connection.PeerCredentials;

/** Sets and reads options of descriptors for one {@link EpollReactor}, on its thread. What the system refuses is left out, with one warning per option. */
final class LinuxSocketOptions {
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_KEEPALIVE = 9;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_PEERCRED = 17;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_DEFER_ACCEPT = 9;
    private static final int TCP_USER_TIMEOUT = 18;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    // struct ucred { pid_t pid; uid_t uid; gid_t gid; }, all of 32 bits
    private static final long UCRED_PID = 0;
    private static final long UCRED_UID = 4;
    static final int UCRED_BYTES = 12;
    // struct passwd begins with char *pw_name and takes 48 bytes in each C library of Linux

    private final LinuxCalls calls;
    private final Incidents incidents;
    private final MemorySegment value;
    private final MemorySegment length;
    private final Set<String> warned = new HashSet<>();

    LinuxSocketOptions(LinuxCalls calls, NativeMemory memory, Incidents incidents) {
        this.calls = calls;
        this.incidents = incidents;
        value = memory.allocate(UCRED_BYTES);
        length = memory.allocate(Integer.BYTES);
    }

    /** A fresh socket: only what differs from the operating system's defaults costs a system call. A listener's are those of the sockets that it accepts. */
    void tune(int fd, SocketOptions options, boolean unix) {
        if (options.bufferBytes() > 0) {
            set(fd, SOL_SOCKET, SO_SNDBUF, options.bufferBytes(), "tcp_socket_buffer");
            set(fd, SOL_SOCKET, SO_RCVBUF, options.bufferBytes(), "tcp_socket_buffer");
        }
        if (!unix) {
            set(fd, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
            if (options.keepalive()) {
                keepalive(fd, options);
            }
            userTimeout(fd, options);
        }
    }

    /** An open TCP socket that may have had other options. */
    void retune(int fd, SocketOptions options) {
        tune(fd, options, false);
        if (!options.keepalive()) {
            set(fd, SOL_SOCKET, SO_KEEPALIVE, 0, "tcp_keepalive");
        }
    }

    private void keepalive(int fd, SocketOptions options) {
        set(fd, SOL_SOCKET, SO_KEEPALIVE, 1, "tcp_keepalive");
        setPositive(fd, TCP_KEEPCNT, options.keepCount(), "tcp_keepcnt");
        setPositive(fd, TCP_KEEPIDLE, options.keepIdleSeconds(), "tcp_keepidle");
        setPositive(fd, TCP_KEEPINTVL, options.keepIntervalSeconds(), "tcp_keepintvl");
    }

    private void userTimeout(int fd, SocketOptions options) {
        setPositive(fd, TCP_USER_TIMEOUT, options.userTimeoutMillis(), "tcp_user_timeout");
    }

    /** For a TCP socket that is about to listen. */
    void tuneListener(int fd, ListenOptions options, boolean ipv6) {
        set(fd, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
        if (options.reusePort()) {
            set(fd, SOL_SOCKET, SO_REUSEPORT, 1, "so_reuseport");
        }
        if (ipv6) {
            set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
        }
        setPositive(fd, TCP_DEFER_ACCEPT, options.deferAcceptSeconds(), "tcp_defer_accept");
    }

    /** The error that waits on a socket, 0 for none; taken off it. */
    int takeError(int fd) {
        length.set(JAVA_INT, 0, Integer.BYTES);
        int result = calls.getsockopt(fd, SOL_SOCKET, SO_ERROR, value.address(), length.address());
        return result < 0 ? -result : value.get(JAVA_INT, 0);
    }

    /** Who is at the other end of a unix socket. */
    PeerCredentials peerCredentials(int fd) {
        return peerCredentials(fd, calls, value, length);
    }

    /** The same; {@code value} has {@link #UCRED_BYTES}, {@code length} an int. */
    static PeerCredentials peerCredentials(int fd, LinuxCalls calls, MemorySegment value, MemorySegment length) {
        length.set(JAVA_INT, 0, UCRED_BYTES);
        if (calls.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value.address(), length.address()) < 0) {
            return PeerCredentials.UNKNOWN;
        }
        return new PeerCredentials(value.get(JAVA_INT, UCRED_PID), Integer.toUnsignedLong(value.get(JAVA_INT, UCRED_UID)));
    }

    private void setPositive(int fd, int option, int number, String setting) {
        if (number > 0) {
            set(fd, IPPROTO_TCP, option, number, setting);
        }
    }

    private void set(int fd, int level, int option, int number, String setting) {
        value.set(JAVA_INT, 0, number);
        int result = calls.setsockopt(fd, level, option, value.address(), Integer.BYTES);
        if (result < 0 && warned.add(setting)) {
            incidents.onWarning("cannot set " + setting + ": " + LinuxCalls.text(result));
        }
    }
}
