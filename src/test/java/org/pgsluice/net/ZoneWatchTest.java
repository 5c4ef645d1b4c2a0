package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedOffload;
import org.pgsluice.simulation.SimulatedReactor;

/** What dns_zone_check_period does. */
class ZoneWatchTest {
    private static final long SECOND = 1_000_000_000;

    private final SimulatedNetwork network = new SimulatedNetwork(7);
    private final SimulatedReactor reactor = network.addReactor();
    private final SimulatedOffload offload = network.offload(SECOND / 10);
    private final CachingResolver resolver = new CachingResolver(
            offload, host -> List.of(InetAddress.ofLiteral("10.0.0.1")), () -> 1_000_000 * SECOND, () -> SECOND);
    private final Map<String, Long> serials = new HashMap<>(Map.of("example.org", 1L, "example.net", 5L));
    private final List<String> changed = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private long period = 10 * SECOND;
    private final ZoneWatch watch = new ZoneWatch(resolver, offload, reactor, this::serial, () -> period, changed::add);

    private long serial(String zone) throws Exception {
        asked.add(zone);
        Long serial = serials.get(zone);
        if (serial == null) {
            throw new java.io.IOException("no answer");
        }
        return serial;
    }

    private void know(String... hosts) {
        for (String host : hosts) {
            reactor.perform(() -> resolver.resolve(host, reactor, addresses -> {}));
        }
        network.advance(SECOND);
    }

    @Test
    void namesOfAZoneWhoseSerialChangesAreLookedUpAnew() {
        know("a.example.org", "b.example.org", "a.example.net", "localhost");
        reactor.perform(watch::start);
        network.advance(25 * SECOND);
        assertThat(watch.zones()).containsExactly(new ZoneWatch.Zone("example.net", 5, 1), new ZoneWatch.Zone("example.org", 1, 2));
        assertThat(changed).isEmpty();

        serials.put("example.org", 2L);
        network.advance(15 * SECOND);

        assertThat(changed).containsExactlyInAnyOrder("a.example.org", "b.example.org");
        assertThat(resolver.snapshot(0)).filteredOn(host -> host.ttlSeconds() == 0).extracting(CachingResolver.Host::name)
                .containsExactlyInAnyOrder("a.example.org", "b.example.org");
    }

    @Test
    void nameServerThatDoesNotAnswerChangesNothing() {
        know("a.example.org");
        reactor.perform(watch::start);
        network.advance(15 * SECOND);

        serials.remove("example.org");
        network.advance(25 * SECOND);
        serials.put("example.org", 1L);
        network.advance(15 * SECOND);

        assertThat(changed).isEmpty();
    }

    @Test
    void periodOfZeroAsksNothingUntilItIsChanged() {
        know("a.example.org");
        period = 0;
        reactor.perform(watch::start);
        network.advance(60 * SECOND);
        assertThat(asked).isEmpty();
        assertThat(watch.zones()).isEmpty();

        period = SECOND;
        network.advance(5 * SECOND);

        assertThat(asked).isNotEmpty();
    }

    @Test
    void serialStandsBehindServerAndMailbox() {
        assertThat(NameServers.serialOf("ns1.example.org. root.example.org. 2026112801 3600 900 604800 300")).isEqualTo(2026112801L);
        assertThat(NameServers.serialOf("")).isZero();
    }
}
