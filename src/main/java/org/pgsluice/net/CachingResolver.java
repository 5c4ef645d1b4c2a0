package org.pgsluice.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Resolver} over a {@link Lookup}, with a cache of its own: how long an answer holds is the supplier's word at the time it
 * came. Callers that ask for the same name while it is looked up share the one look-up. Any reactor; the cache has one lock, held for map work only.
 */
public final class CachingResolver implements Resolver {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /**
     * The system's own limit is a multiple of 5 seconds for each name server. Whoever waits longer is told that the name does not resolve, also while it waits
     * for a thread.
     */
    private static final long LONGEST_NANOS = 30 * NANOS_PER_SECOND;
    /** A client waits for it at its login. */
    private static final long LONGEST_NAME_NANOS = 10 * NANOS_PER_SECOND;

    private final Offload offload;
    private final Lookup lookup;
    private final LongSupplier ttlNanos;
    private final LongSupplier nxTtlNanos;
    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * A resolver over {@code lookup}.
     *
     * @param ttlNanos how long addresses hold ({@code dns_max_ttl})
     * @param nxTtlNanos how long a failure holds ({@code dns_nxdomain_ttl})
     */
    public CachingResolver(Offload offload, Lookup lookup, LongSupplier ttlNanos, LongSupplier nxTtlNanos) {
        this.offload = offload;
        this.lookup = lookup;
        this.ttlNanos = ttlNanos;
        this.nxTtlNanos = nxTtlNanos;
    }

    /** The operating system's look-up, {@code getaddrinfo}. */
    public static Lookup system() {
        return new SystemLookup();
    }

    /** The blocking look-up behind the cache. */
    public interface Lookup {
        /** The addresses of {@code host}, at least one. Runs where {@link Offload} runs its work. */
        List<InetAddress> lookup(String host) throws UnknownHostException;

        /** The name of an address, if that leads back to it; null when there is none. Runs where {@link Offload} runs its work. */
        default @Nullable String nameOf(InetAddress address) {
            return null;
        }
    }

    /**
     * One line of SHOW DNS_HOSTS.
     *
     * @param ttlSeconds how long the answer holds yet, rounded up; 0 when it is out of date
     * @param addresses empty when the name does not resolve or the first answer is awaited
     */
    public record Host(String name, long ttlSeconds, List<InetAddress> addresses) {}

    @Override
    public void resolve(String host, Reactor reactor, Callback callback) {
        assert reactor.inReactor();
        if (isLiteral(host)) {
            callback.onResolved(literal(host));
            return;
        }
        List<InetAddress> answer;
        synchronized (entries) {
            Entry entry = entries.get(host);
            if (entry == null) {
                entry = new Entry();
                entries.put(host, entry);
            }
            if (!entry.isFresh(reactor.nanoTime())) {
                List<Waiter> waiting = entry.waiting;
                if (waiting == null) {
                    waiting = new ArrayList<>(2);
                    entry.waiting = waiting;
                    offload.call(Offload.Kind.NAMES, () -> lookup.lookup(host), LONGEST_NANOS, reactor, new Answer(entry, reactor));
                }
                waiting.add(new Waiter(reactor, callback));
                return;
            }
            answer = entry.rotated();
        }
        callback.onResolved(answer);
    }

    /** Names of addresses are not cached: whoever asks for one is about to trust it. */
    @Override
    public void nameOf(InetAddress address, Reactor reactor, NameCallback callback) {
        assert reactor.inReactor();
        offload.call(Offload.Kind.NAMES, () -> Optional.ofNullable(lookup.nameOf(address)), LONGEST_NAME_NANOS, reactor, new Offload.Completion<>() {
            @Override
            public void onDone(Optional<String> name) {
                callback.onName(name.orElse(null));
            }

            @Override
            public void onFailed(Exception failure) {
                callback.onName(null);
            }
        });
    }

    /** What is cached, for SHOW DNS_HOSTS. Any thread. */
    public List<Host> snapshot(long nanoTime) {
        List<Host> hosts = new ArrayList<>();
        synchronized (entries) {
            for (Map.Entry<String, Entry> each : entries.entrySet()) {
                Entry entry = each.getValue();
                long left = entry.isFresh(nanoTime) ? entry.expires - nanoTime : 0;
                List<InetAddress> addresses = entry.addresses;
                hosts.add(new Host(each.getKey(), (left + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND, addresses == null ? List.of() : addresses));
            }
        }
        return hosts;
    }

    /** What is known of a name holds no longer. Any thread. */
    void expire(String host) {
        synchronized (entries) {
            Entry entry = entries.get(host);
            if (entry != null) {
                entry.known = false;
            }
        }
    }

    /** How many look-ups are under way ({@code dns_pending} of SHOW LISTS). Any thread. */
    public int pending() {
        int count = 0;
        synchronized (entries) {
            for (Entry entry : entries.values()) {
                count += entry.waiting == null ? 0 : 1;
            }
        }
        return count;
    }

    /** Whether {@code host} can only be an address: it has a colon, or digits and dots alone. */
    private static boolean isLiteral(String host) {
        boolean numeric = !host.isEmpty();
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == ':') {
                return true;
            }
            numeric &= c == '.' || c >= '0' && c <= '9';
        }
        return numeric;
    }

    private static @Nullable List<InetAddress> literal(String host) {
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private void answered(Entry entry, Reactor reactor, @Nullable List<InetAddress> addresses) {
        List<Waiter> waiting;
        List<@Nullable List<InetAddress>> answers = new ArrayList<>();
        synchronized (entries) {
            waiting = entry.waiting == null ? List.of() : entry.waiting;
            entry.waiting = null;
            entry.addresses = addresses;
            entry.expires = reactor.nanoTime() + (addresses == null ? nxTtlNanos : ttlNanos).getAsLong();
            entry.known = true;
            for (int i = 0; i < waiting.size(); i++) {
                answers.add(entry.rotated());
            }
        }
        for (int i = 0; i < waiting.size(); i++) {
            Waiter waiter = waiting.get(i);
            List<InetAddress> answer = answers.get(i);
            waiter.reactor.execute(() -> waiter.callback.onResolved(answer));
        }
    }

    private record Waiter(Reactor reactor, Callback callback) {}

    private final class Answer implements Offload.Completion<List<InetAddress>> {
        private final Entry entry;
        private final Reactor reactor;

        private Answer(Entry entry, Reactor reactor) {
            this.entry = entry;
            this.reactor = reactor;
        }

        @Override
        public void onDone(List<InetAddress> addresses) {
            answered(entry, reactor, List.copyOf(addresses));
        }

        @Override
        public void onFailed(Exception failure) {
            answered(entry, reactor, null);
        }
    }

    /** One name; guarded by the lock of {@code entries}. */
    private static final class Entry {
        private @Nullable List<InetAddress> addresses;
        private @Nullable List<Waiter> waiting;
        private long expires;
        private boolean known;
        private int next;

        private boolean isFresh(long nanoTime) {
            return known && waiting == null && expires - nanoTime > 0;
        }

        private @Nullable List<InetAddress> rotated() {
            List<InetAddress> all = addresses;
            if (all == null || all.size() < 2) {
                return all;
            }
            List<InetAddress> turned = new ArrayList<>(all.size());
            for (int i = 0; i < all.size(); i++) {
                turned.add(all.get((next + i) % all.size()));
            }
            next = (next + 1) % all.size();
            return turned;
        }
    }

    private static final class SystemLookup implements Lookup {
        @Override
        public List<InetAddress> lookup(String host) throws UnknownHostException {
            withoutCache();
            return List.of(InetAddress.getAllByName(host));
        }

        @Override
        public @Nullable String nameOf(InetAddress address) {
            withoutCache();
            // It looks the name up again, and takes it only if that leads back.
            String name = address.getCanonicalHostName();
            return name.equals(address.getHostAddress()) ? null : name;
        }

        /** The JDK's cache would answer behind ours; it reads these before its first look-up. */
        private static void withoutCache() {
            Security.setProperty("networkaddress.cache.ttl", "0");
            Security.setProperty("networkaddress.cache.negative.ttl", "0");
            Security.setProperty("networkaddress.cache.stale.ttl", "0");
        }
    }
}
