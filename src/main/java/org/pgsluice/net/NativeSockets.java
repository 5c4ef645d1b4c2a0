package org.pgsluice.net;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.nio.channels.Channel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Connection.PeerCredentials;

/**
 * Socket options that the JDK does not know, by {@code setsockopt} and {@code getsockopt} on the descriptor of a channel. Linux only, and only when the JVM was
 * started with {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}, which the descriptor needs. Loading this class costs more than 100 ms of a start, so
 * nothing touches it unless one of these options is asked for, and {@link SocketTuning} then loads it beside the reactors. Any thread.
 */
final class NativeSockets {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_DEFER_ACCEPT = 9;
    private static final int TCP_USER_TIMEOUT = 18;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int UCRED_INTS = 3;

    private static final @Nullable NativeSockets LOADED = open();

    private final Method descriptor;
    private final MethodHandle setsockopt;
    private final MethodHandle getsockopt;

    private NativeSockets(Method descriptor, MethodHandle setsockopt, MethodHandle getsockopt) {
        this.descriptor = descriptor;
        this.setsockopt = setsockopt;
        this.getsockopt = getsockopt;
    }

    private static @Nullable NativeSockets open() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")) {
            return null;
        }
        try {
            Method descriptor = Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
            descriptor.setAccessible(true);
            Linker linker = Linker.nativeLinker();
            ValueLayout.OfInt cInt = ValueLayout.JAVA_INT;
            MethodHandle set = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("setsockopt"), FunctionDescriptor.of(cInt, cInt, cInt, cInt, ValueLayout.ADDRESS, cInt));
            MethodHandle get = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("getsockopt"),
                    FunctionDescriptor.of(cInt, cInt, cInt, cInt, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            return new NativeSockets(descriptor, set, get);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError unavailable) {
            return null;
        }
    }

    /** Does nothing but have the class loaded, which is what takes the time. */
    static void prepare() {}

    static boolean userTimeout(Channel channel, int millis) {
        return set(channel, IPPROTO_TCP, TCP_USER_TIMEOUT, millis);
    }

    static boolean deferAccept(Channel channel, int seconds) {
        return set(channel, IPPROTO_TCP, TCP_DEFER_ACCEPT, seconds);
    }

    static boolean ipv6Only(Channel channel) {
        return set(channel, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    }

    /** Who is at the other end of a unix socket. */
    static PeerCredentials peer(Channel channel) {
        NativeSockets loaded = LOADED;
        return loaded == null ? PeerCredentials.UNKNOWN : loaded.readPeer(channel);
    }

    private static boolean set(Channel channel, int level, int option, int value) {
        NativeSockets loaded = LOADED;
        return loaded != null && loaded.write(channel, level, option, value);
    }

    private boolean write(Channel channel, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_INT);
            memory.set(ValueLayout.JAVA_INT, 0, value);
            return (int) setsockopt.invokeExact(descriptorOf(channel), level, option, memory, Integer.BYTES) == 0;
        } catch (Throwable failed) {
            return false;
        }
    }

    private PeerCredentials readPeer(Channel channel) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(ValueLayout.JAVA_INT, UCRED_INTS);
            MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
            length.set(ValueLayout.JAVA_INT, 0, UCRED_INTS * Integer.BYTES);
            int result = (int) getsockopt.invokeExact(descriptorOf(channel), SOL_SOCKET, SO_PEERCRED, credentials, length);
            if (result != 0) {
                return PeerCredentials.UNKNOWN;
            }
            return new PeerCredentials(credentials.get(ValueLayout.JAVA_INT, 0), Integer.toUnsignedLong(credentials.getAtIndex(ValueLayout.JAVA_INT, 1)));
        } catch (Throwable failed) {
            return PeerCredentials.UNKNOWN;
        }
    }

    private int descriptorOf(Channel channel) throws ReflectiveOperationException {
        return (int) descriptor.invoke(channel);
    }
}
