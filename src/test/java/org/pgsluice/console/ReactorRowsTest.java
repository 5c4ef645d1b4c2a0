package org.pgsluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.pool.Books;
import org.pgsluice.server.Commons;
import org.pgsluice.server.Lane;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;
import org.pgsluice.vars.TrackedNames;

class ReactorRowsTest {
    @TempDir
    Path directory;

    @Test
    void reactorsWithoutThreadsShowZeros() throws IOException {
        SimulatedNetwork network = new SimulatedNetwork(1);
        Path file = Files.writeString(directory.resolve("p.ini"), "[databases]\none = host=127.0.0.1\n[pgbouncer]\nauth_type = any\n");
        if (!(ConfigReader.read(file, Environment.NONE, null) instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError("the configuration is not good");
        }
        Commons commons = new Commons(
                new Books(loaded.config(), 2),
                new CapturedLog(),
                network.wallClock(),
                network.offload(1_000_000),
                network.randomSource(),
                (host, asker, callback) -> callback.onResolved(List.of(InetAddress.ofLiteral(host))),
                new TrackedNames(List.of()));
        ReactorRows rows = new ReactorRows(commons, List.of(), 2);
        SimulatedReactor first = network.addReactor();
        for (SimulatedReactor reactor : List.of(first, network.addReactor())) {
            reactor.perform(() -> rows.visit(new Lane(reactor, commons)));
        }

        List<ReactorRow> shown = new ArrayList<>();
        boolean[] there = new boolean[1];
        first.perform(() -> rows.finish(first, shown, () -> there[0] = first.inReactor()));
        network.runUntil(() -> there[0], 1_000_000_000L);

        assertThat(shown).containsExactly(new ReactorRow(0, 0, 0, 0, 0, 0, 0, 0), new ReactorRow(1, 0, 0, 0, 0, 0, 0, 0));
    }
}
