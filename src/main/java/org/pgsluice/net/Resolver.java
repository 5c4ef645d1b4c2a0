package org.pgsluice.net;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns host names into addresses without blocking a reactor. */
public interface Resolver {
    /**
     * Resolves {@code host}. The callback runs on {@code reactor}, at once when the answer is cached.
     *
     * @param host a name or a literal IPv4 or IPv6 address
     */
    void resolve(String host, Reactor reactor, Callback callback);

    /**
     * Asks for the name that {@code address} leads to and that leads back to it. The callback runs on {@code reactor}. A resolver that knows no names says that
     * there is none.
     */
    default void nameOf(InetAddress address, Reactor reactor, NameCallback callback) {
        callback.onName(null);
    }

    /** Receives the name; null when there is none, or it could not be found in time. */
    interface NameCallback {
        void onName(@Nullable String name);
    }

    /** Receives the addresses, rotated so that successive calls start with successive addresses, or null when the name does not resolve. */
    interface Callback {
        void onResolved(@Nullable List<InetAddress> addresses);
    }
}
