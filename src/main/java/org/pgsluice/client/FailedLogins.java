package org.pgsluice.client;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often logins from an address have failed within its present minute, for the addresses that failed last. An IPv6 network of 64 bits is one address, since
 * who has one has all of it. Any thread; the lock is taken only where the setting is on.
 */
final class FailedLogins {
    private static final long MINUTE = 60_000_000_000L;
    private static final int MOST_ADDRESSES = 10_000;

    private record Minute(long since, int failures) {}

    private final Map<ByteBuffer, Minute> inOrderOfUse = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Minute> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    /** Whether {@code most} logins or more from there have failed within its minute. Never for a Unix socket. */
    boolean tooMany(SocketAddress from, int most, long now) {
        ByteBuffer key = key(from);
        if (key == null) {
            return false;
        }
        synchronized (inOrderOfUse) {
            Minute minute = inOrderOfUse.get(key);
            return minute != null && now - minute.since < MINUTE && minute.failures >= most;
        }
    }

    /** A login from there has failed. */
    void failed(SocketAddress from, long now) {
        ByteBuffer key = key(from);
        if (key == null) {
            return;
        }
        synchronized (inOrderOfUse) {
            Minute minute = inOrderOfUse.get(key);
            boolean over = minute == null || now - minute.since >= MINUTE;
            inOrderOfUse.put(key, minute == null || over ? new Minute(now, 1) : new Minute(minute.since, minute.failures + 1));
        }
    }

    private static @Nullable ByteBuffer key(SocketAddress from) {
        InetAddress address = from instanceof InetSocketAddress inet ? inet.getAddress() : null;
        if (address == null) {
            return null;
        }
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
