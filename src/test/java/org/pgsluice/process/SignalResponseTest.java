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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pooler.Access;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.Reloader;
import org.pgsluice.pooler.World;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;

/** The reactor of the simulation does nothing while the test does: as one that is stuck. */
class SignalResponseTest {
    @TempDir
    Path directory;

    private final CapturedLog log = new CapturedLog();
    private final AtomicInteger ended = new AtomicInteger();
    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final AtomicInteger exited = new AtomicInteger();
    private Pooler pooler;
    private SignalResponse response;

    @BeforeEach
    void assemble() throws IOException {
        SimulatedReactor reactor = network.addReactor();
        Path file = Files.writeString(directory.resolve("p.ini"), "[databases]\none = host=127.0.0.1\n[pgbouncer]\nauth_type = any\n");
        if (!(ConfigReader.read(file, Environment.NONE, null) instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError("the configuration is not good");
        }
        reactor.perform(() -> {
            pooler = new Pooler(
                    loaded.config(),
                    new World(
                            List.of(reactor),
                            log,
                            network.wallClock(),
                            network.offload(1),
                            network.randomSource(),
                            (host, asker, callback) -> callback.onResolved(List.of()),
                            -1,
                            exited::incrementAndGet));
            pooler.reloader(new Reloader(pooler, file, Environment.NONE, null, Access.NONE));
            response = new SignalResponse(pooler, new ServiceNotifier(null, log), log, ended::incrementAndGet);
        });
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

    @Test
    void eachSignalIsAnsweredInPgBouncersWords() throws InterruptedException {
        received(ProcessSignal.USR2);
        received(ProcessSignal.USR1);
        received(ProcessSignal.USR1);
        received(ProcessSignal.USR2);
        received(ProcessSignal.HUP);
        received(ProcessSignal.INT);
        received(ProcessSignal.TERM);

        assertThat(log.lines()).containsSubsequence(
                "LOG got SIGUSR2, but not paused/suspended",
                "LOG got SIGUSR1, pausing all activity",
                "LOG got SIGUSR1, but already paused/suspended",
                "LOG got SIGUSR2, continuing from PAUSE",
                "LOG got SIGHUP, re-reading config",
                "LOG got SIGINT, shutting down, waiting for all servers connections to be released",
                "LOG got SIGTERM while shutting down, fast exit");
        assertThat(ended).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"TERM", "INT"})
    void endThatWaitsDoesNotWaitForThoseWhoAreSuspended(ProcessSignal signal) throws InterruptedException {
        pooler.onMain(() -> pooler.pause(PauseMode.SUSPEND));
        network.runUntilIdle();

        received(signal);

        assertThat(log.lines()).contains("LOG suspend was in progress, going down immediately");
        assertThat(exited).hasValue(1);
    }

    /** A signal comes on a thread of its own, which waits for the reactor when it is to end the process. */
    private void received(ProcessSignal signal) throws InterruptedException {
        Thread signals = Thread.ofPlatform().start(() -> response.onSignal(signal));
        while (signals.isAlive()) {
            network.runUntilIdle();
            signals.join(1);
        }
        network.runUntilIdle();
    }
}
