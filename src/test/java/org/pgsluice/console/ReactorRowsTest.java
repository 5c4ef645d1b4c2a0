package org.pgsluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.World;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;

class ReactorRowsTest {
    @TempDir
    Path directory;

    private final SimulatedNetwork network = new SimulatedNetwork(1);

    @Test
    void reactorsWithoutThreadsShowZeros() throws IOException {
        SimulatedReactor first = network.addReactor();
        List<SimulatedReactor> reactors = List.of(first, network.addReactor());
        Path file = Files.writeString(directory.resolve("p.ini"), "[databases]\none = host=127.0.0.1\n[pgbouncer]\nauth_type = any\nreactors = 2\n");
        if (!(ConfigReader.read(file, Environment.NONE, null) instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError("the configuration is not good");
        }
        List<ReactorRow> shown = new ArrayList<>();
        boolean[] there = new boolean[1];

        first.perform(() -> {
            Pooler pooler = new Pooler(
                    loaded.config(),
                    new World(
                            reactors,
                            new CapturedLog(),
                            network.wallClock(),
                            network.offload(1_000_000),
                            network.randomSource(),
                            (host, asker, callback) -> callback.onResolved(List.of(InetAddress.ofLiteral(host))),
                            -1,
                            () -> {}));
            Slices[] slices = {new Slices(first), new Slices(reactors.get(1))};
            new PoolerRows(pooler, slices, List::of, List::of, "simulated").collect(Set.of(Part.REACTORS), snapshot -> {
                shown.addAll(snapshot.rows(Part.REACTORS));
                there[0] = first.inReactor();
            });
        });
        network.runUntil(() -> !shown.isEmpty(), 1_000_000_000L);

        assertThat(there[0]).as("the answer comes to the reactor that asked").isTrue();
        assertThat(shown).containsExactly(new ReactorRow(0, 0, 0, 0, 0, 0, 0, 0), new ReactorRow(1, 0, 0, 0, 0, 0, 0, 0));
    }
}
