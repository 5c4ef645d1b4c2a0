package org.pgsluice.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Looks now and then at the serials of the DNS zones that the known host names are in. Where one has changed, the names of that zone are looked up anew,
 * however long their addresses hold yet. On one reactor, but for {@link #zones}.
 */
public final class ZoneWatch {
    private static final long SECOND = 1_000_000_000L;
    private static final long LONGEST_NANOS = 10 * SECOND;

    private final CachingResolver resolver;
    private final Offload offload;
    private final Reactor reactor;
    private final Lookup lookup;
    private final LongSupplier periodNanos;
    private final Consumer<String> changed;
    /** The serials by zone, 0 for those that are not known; guarded by itself. */
    private final Map<String, Long> serials = new TreeMap<>();

    /** The blocking question for a serial. */
    public interface Lookup {
        /** The serial of the SOA record of {@code zone}, 0 when it has none. Runs where {@link Offload} runs its work. */
        long serial(String zone) throws Exception;
    }

    /**
     * One line of SHOW DNS_ZONES.
     *
     * @param serial 0 while it is not known
     * @param hosts how many known names are in it
     */
    public record Zone(String name, long serial, int hosts) {}

    /**
     * A watch that has to be {@linkplain #start started}.
     *
     * @param periodNanos how long between two looks ({@code dns_zone_check_period}), 0 for none
     * @param changed is told of each host whose addresses may be others now
     */
    public ZoneWatch(CachingResolver resolver, Offload offload, Reactor reactor, Lookup lookup, LongSupplier periodNanos, Consumer<String> changed) {
        this.resolver = resolver;
        this.offload = offload;
        this.reactor = reactor;
        this.lookup = lookup;
        this.periodNanos = periodNanos;
        this.changed = changed;
    }

    /** Begins. On its reactor, or before that runs. */
    public void start() {
        long period = periodNanos.getAsLong();
        // Without a period there is only the setting to look at.
        reactor.scheduleLazily(period > 0 ? period : SECOND, () -> {
            try {
                if (periodNanos.getAsLong() > 0) {
                    look();
                }
            } finally {
                start();
            }
        });
    }

    private void look() {
        Map<String, List<String>> zones = byZone();
        synchronized (serials) {
            serials.keySet().retainAll(zones.keySet());
        }
        zones.forEach((zone, hosts) -> {
            Callable<Long> question = () -> lookup.serial(zone);
            offload.call(Offload.Kind.NAMES, question, LONGEST_NANOS, reactor, new Offload.Completion<>() {
                @Override
                public void onDone(Long serial) {
                    answered(zone, serial, hosts);
                }

                @Override
                public void onFailed(Exception failure) {
                    // Nothing is known: what is cached holds as long as it would without a watch.
                }
            });
        });
    }

    private void answered(String zone, long serial, List<String> hosts) {
        Long before;
        synchronized (serials) {
            before = serials.put(zone, serial);
        }
        if (before != null && before != 0 && before != serial) {
            for (String host : hosts) {
                resolver.expire(host);
                changed.accept(host);
            }
        }
    }

    /** The known names by what stands behind their first dot. */
    private Map<String, List<String>> byZone() {
        Map<String, List<String>> zones = new TreeMap<>();
        for (CachingResolver.Host host : resolver.snapshot(0)) {
            int dot = host.name().indexOf('.');
            String zone = dot < 0 ? "" : host.name().substring(dot + 1);
            if (!zone.isEmpty()) {
                zones.computeIfAbsent(zone, none -> new ArrayList<>()).add(host.name());
            }
        }
        return zones;
    }

    /** What is watched, for SHOW DNS_ZONES; nothing while it is off. Any thread. */
    public List<Zone> zones() {
        List<Zone> all = new ArrayList<>();
        if (periodNanos.getAsLong() > 0) {
            synchronized (serials) {
                byZone().forEach((zone, hosts) -> all.add(new Zone(zone, serials.getOrDefault(zone, 0L), hosts.size())));
            }
        }
        return all;
    }
}
