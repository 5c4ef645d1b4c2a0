package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.World;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;

/** The reactor of the simulation does nothing while the test does: as one that is stuck. */
class SignalResponseTest {
    @TempDir
    Path directory;

    private final CapturedLog log = new CapturedLog();
    private final AtomicInteger ended = new AtomicInteger();
    private SignalResponse response;

    @BeforeEach
    void assemble() throws IOException {
        SimulatedNetwork network = new SimulatedNetwork(1);
        SimulatedReactor reactor = network.addReactor();
        Path file = Files.writeString(directory.resolve("p.ini"), "[databases]\none = host=127.0.0.1\n[pgbouncer]\nauth_type = any\n");
        if (!(ConfigReader.read(file, Environment.NONE, null) instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError("the configuration is not good");
        }
        reactor.perform(() -> response = new SignalResponse(
                new Pooler(
                        loaded.config(),
                        new World(
                                List.of(reactor),
                                log,
                                network.wallClock(),
                                network.offload(1),
                                network.randomSource(),
                                (host, asker, callback) -> callback.onResolved(List.of()),
                                -1,
                                () -> {})),
                new ServiceNotifier(null, log),
                log,
                ended::incrementAndGet));
    }

    @Test
    void quitEndsAProcessWhoseReactorDoesNothing() {
        response.onSignal(ProcessSignal.QUIT);

        assertThat(ended).hasValue(1);
        assertThat(log.lines()).containsExactly("FATAL got SIGQUIT, and the first event loop has not answered for 1000 ms: exiting");
    }

    @Test
    void otherSignalsDoNotWait() {
        response.onSignal(ProcessSignal.USR1);

        assertThat(ended).hasValue(0);
    }
}
