package org.pgsluice.server;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Speaker;

/** How socket addresses are written in logs and in the console. */
public final class Addresses {
    private Addresses() {}

    /** {@code 127.0.0.1:5432}, {@code [::1]:5432}, {@code unix}. */
    public static String text(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? host(inet, true) + ":" + inet.getPort() : "unix";
    }

    /** The host alone, {@code unix} for a unix socket. */
    public static String host(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? host(inet, false) : "unix";
    }

    /** The port, or {@code unixPort} for a unix socket. */
    public static int port(SocketAddress address, int unixPort) {
        return address instanceof InetSocketAddress inet ? inet.getPort() : unixPort;
    }

    /** The server, as lines of the log name it; {@code dialled} ({@code host:port}) while it has no address yet. */
    static Speaker server(long id, String database, String user, @Nullable SocketAddress at, String dialled, int unixPort, long pid) {
        String name = "S-0x" + Long.toHexString(id);
        if (at == null) {
            int colon = Math.max(0, dialled.lastIndexOf(':'));
            return new Speaker(name, database, user, dialled.substring(0, colon), port(dialled, colon, unixPort), pid);
        }
        return new Speaker(name, database, user, host(at), port(at, unixPort), pid);
    }

    private static int port(String dialled, int colon, int otherwise) {
        try {
            return Integer.parseInt(dialled, colon + 1, dialled.length(), 10);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return otherwise;
        }
    }

    /** The client, as lines of the log name it; {@code pid} where it is known of a unix socket's other end. */
    public static Speaker client(long id, String database, String user, SocketAddress at, long pid, int unixPort) {
        return new Speaker("C-0x" + Long.toHexString(id), database, user, host(at), port(at, unixPort), Math.max(0, pid));
    }

    private static String host(InetSocketAddress address, boolean brackets) {
        String text = address.getAddress() == null ? address.getHostString() : address.getAddress().getHostAddress();
        int scope = text.indexOf('%');
        if (scope >= 0) {
            text = text.substring(0, scope);
        }
        if (address.getAddress() instanceof Inet6Address) {
            text = compressed(text);
            return brackets ? "[" + text + "]" : text;
        }
        return text;
    }

    /** {@code 0:0:0:0:0:0:0:1} as {@code ::1}: the longest run of zero groups is left out. */
    private static String compressed(String text) {
        String[] groups = text.split(":", -1);
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < groups.length; i++) {
            int length = 0;
            while (i + length < groups.length && groups[i + length].equals("0")) {
                length++;
            }
            if (length > bestLength) {
                best = i;
                bestLength = length;
            }
        }
        if (best < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < best; i++) {
            out.append(i == 0 ? "" : ":").append(groups[i]);
        }
        out.append("::");
        for (int i = best + bestLength; i < groups.length; i++) {
            out.append(i == best + bestLength ? "" : ":").append(groups[i]);
        }
        return out.toString();
    }
}
