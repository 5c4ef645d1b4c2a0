package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/** The C form of one socket address and of its length, for calls in either direction. Belongs to one reactor. */
final class SockAddr {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    // every struct sockaddr begins with its family: uint16_t
    private static final long FAMILY = 0;
    // struct sockaddr_in { uint16_t family; uint16_t port; uint8_t address[4]; uint8_t zero[8]; }
    // struct sockaddr_in6 { uint16_t family; uint16_t port; uint32_t flowinfo; uint8_t address[16]; uint32_t scope_id; }
    private static final long PORT = 2;
    private static final long ADDRESS4 = 4;
    private static final int BYTES4 = 16;
    private static final long ADDRESS6 = 8;
    private static final long SCOPE6 = 24;
    private static final int BYTES6 = 28;
    // struct sockaddr_un { uint16_t family; char path[108]; }; an abstract name stands behind a zero byte and has none at its end
    private static final long PATH = 2;
    private static final int PATH_BYTES = 108;
    private static final long LONGEST = PATH + PATH_BYTES;

    private final MemorySegment address;
    private final MemorySegment length;
    private final Charset fileNames = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    SockAddr(NativeMemory memory) {
        address = memory.allocate(LONGEST);
        length = memory.allocate(Integer.BYTES);
    }

    static int family(SocketAddress of) {
        if (of instanceof InetSocketAddress inet) {
            return inet.getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
        }
        return AF_UNIX;
    }

    long address() {
        return address.address();
    }

    /** Where a call reads how much room there is and writes how much it took. */
    long roomAddress() {
        length.set(JAVA_INT, 0, (int) LONGEST);
        return length.address();
    }

    /**
     * Writes {@code from}, for {@link #address}.
     *
     * @return how many bytes it takes
     * @throws IOException when the system knows no such address
     */
    int put(SocketAddress from) throws IOException {
        address.fill((byte) 0);
        if (from instanceof InetSocketAddress inet) {
            return put(inet);
        }
        if (from instanceof UnixDomainSocketAddress unix) {
            byte[] path = unix.getPath().toString().getBytes(fileNames);
            return put(AF_UNIX, path, 0, 1);
        }
        if (from instanceof AbstractUnixAddress unix) {
            return put(AF_UNIX, unix.name().getBytes(fileNames), 1, 0);
        }
        throw new IOException("Address family not supported by protocol");
    }

    private int put(InetSocketAddress inet) throws IOException {
        InetAddress host = inet.getAddress();
        if (host == null) {
            throw new IOException("the host name is not resolved");
        }
        byte[] bytes = host.getAddress();
        address.set(NETWORK_SHORT, PORT, (short) inet.getPort());
        if (host instanceof Inet6Address six) {
            address.set(JAVA_SHORT, FAMILY, (short) AF_INET6);
            MemorySegment.copy(bytes, 0, address, JAVA_BYTE, ADDRESS6, bytes.length);
            address.set(JAVA_INT, SCOPE6, six.getScopeId());
            return BYTES6;
        }
        address.set(JAVA_SHORT, FAMILY, (short) AF_INET);
        MemorySegment.copy(bytes, 0, address, JAVA_BYTE, ADDRESS4, bytes.length);
        return BYTES4;
    }

    private int put(int family, byte[] name, int zerosBefore, int zerosBehind) throws IOException {
        int bytes = zerosBefore + name.length + zerosBehind;
        if (bytes > PATH_BYTES) {
            throw new IOException("Unix domain path too long");
        }
        address.set(JAVA_SHORT, FAMILY, (short) family);
        MemorySegment.copy(name, 0, address, JAVA_BYTE, PATH + zerosBefore, name.length);
        return (int) PATH + bytes;
    }

    /** What a call has written to {@link #address}; for a unix socket an empty path, whatever its name. */
    SocketAddress get() throws IOException {
        return switch (address.get(JAVA_SHORT, FAMILY)) {
            case AF_INET -> inet(Inet4Address.getByAddress(bytes(ADDRESS4, 4)));
            case AF_INET6 -> inet(Inet6Address.getByAddress(null, bytes(ADDRESS6, 16), scope()));
            default -> UnixDomainSocketAddress.of("");
        };
    }

    /** The name of the unix socket whose address a call has written to {@link #address}, as settings write it; empty for none. */
    String unixName() {
        int bytes = Math.min(length.get(JAVA_INT, 0), (int) LONGEST) - (int) PATH;
        if (bytes <= 0) {
            return "";
        }
        byte[] name = bytes(PATH, bytes);
        if (name[0] == 0) {
            return "@" + new String(name, 1, bytes - 1, fileNames);
        }
        int end = 0;
        while (end < bytes && name[end] != 0) {
            end++;
        }
        return new String(name, 0, end, fileNames);
    }

    private SocketAddress inet(InetAddress host) {
        return new InetSocketAddress(host, Short.toUnsignedInt(address.get(NETWORK_SHORT, PORT)));
    }

    /** -1 for none. */
    private int scope() {
        int scope = address.get(JAVA_INT, SCOPE6);
        return scope == 0 ? -1 : scope;
    }

    private byte[] bytes(long offset, int count) {
        byte[] bytes = new byte[count];
        MemorySegment.copy(address, JAVA_BYTE, offset, bytes, 0, count);
        return bytes;
    }
}
