package org.pgsluice.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/** Why an address cannot be listened on, in words that name it. */
final class ListenFailure {
    private ListenFailure() {}

    static IOException of(SocketAddress address, Exception failed) {
        return new IOException("cannot listen on " + text(address) + ": " + reason(failed), failed);
    }

    static String reason(Exception failed) {
        if (failed instanceof UnresolvedAddressException) {
            return "the host name is not resolved";
        }
        if (failed instanceof UnsupportedAddressTypeException) {
            return "Address family not supported by protocol";
        }
        String message = failed.getMessage();
        return message == null ? failed.getClass().getSimpleName() : message;
    }

    /** As it stands in log lines: {@code 127.0.0.1:6432}, {@code [::1]:6432}, or a path. */
    private static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String host = inet.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
        }
        return address.toString();
    }
}
