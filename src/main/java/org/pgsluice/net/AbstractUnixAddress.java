package org.pgsluice.net;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * A unix socket in Linux's abstract namespace: a name without a file, gone with its last user. Only the epoll engine can use it; the JDK's own sockets cannot.
 */
public final class AbstractUnixAddress extends SocketAddress {
    private static final long serialVersionUID = 1;

    private final String name;

    private AbstractUnixAddress(String name) {
        this.name = name;
    }

    /** The address of a unix socket as settings and {@link #toString} write it: abstract if {@code place} begins with {@code @}, otherwise a path. */
    public static SocketAddress orPath(String place) {
        return place.startsWith("@") ? new AbstractUnixAddress(place.substring(1)) : UnixDomainSocketAddress.of(place);
    }

    /** Without the {@code @}. */
    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AbstractUnixAddress abstractAddress && abstractAddress.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return "@" + name;
    }
}
