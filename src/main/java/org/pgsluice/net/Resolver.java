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

    /** Receives the addresses, rotated so that successive calls start with successive addresses, or null when the name does not resolve. */
    interface Callback {
        void onResolved(@Nullable List<InetAddress> addresses);
    }
}
