package org.pgsluice.config;

import org.jspecify.annotations.Nullable;

/**
 * An address to listen on, as it is written: {@code 127.0.0.1:9127}, {@code [::1]:9127}, {@code localhost:9127}, and {@code *:9127} or {@code :9127} for all
 * addresses. Immutable.
 *
 * @param host a name or an address without brackets; {@code *} for all
 */
public record HostPort(String host, int port) {
    public static final String ALL = "*";

    private static final int MAX_PORT = 65_535;

    /** What {@code text} says; null when it is no address with a port. */
    public static @Nullable HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        Long port = colon < 0 || colon + 1 == text.length() ? null : CNumber.strtol(text.substring(colon + 1));
        if (port == null || port < 1 || port > MAX_PORT) {
            return null;
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
        if (!bracketed && (host.indexOf(':') >= 0 || host.indexOf('[') >= 0 || host.indexOf(' ') >= 0)) {
            return null;
        }
        return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host.isEmpty() ? ALL : host, port.intValue());
    }

    public boolean isAll() {
        return host.equals(ALL);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
