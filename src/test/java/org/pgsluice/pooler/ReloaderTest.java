package org.pgsluice.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.auth.AuthRules;
import org.pgsluice.config.AuthType;
import org.pgsluice.config.Settings;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.net.Offload;
import org.pgsluice.net.Reactor;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;

/** Reloads that overlap, since one of them reads for longer than the other. */
class ReloaderTest {
    @TempDir
    Path directory;

    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final SimulatedReactor reactor = network.addReactor();
    private final HeldOffload offload = new HeldOffload();
    private final List<Boolean> told = new ArrayList<>();
    private Path file;
    private Pooler pooler;

    @BeforeEach
    void assemble() throws IOException {
        file = directory.resolve("p.ini");
        poolSize(5);
        if (!(ConfigReader.read(file, Environment.NONE, null) instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError("the configuration is not good");
        }
        reactor.perform(() -> {
            pooler = new Pooler(
                    loaded.config(),
                    new World(
                            List.of(reactor),
                            new CapturedLog(),
                            network.wallClock(),
                            offload,
                            network.randomSource(),
                            (host, asker, callback) -> callback.onResolved(List.of()),
                            -1,
                            () -> {}));
            SimulatedReload.prepare(pooler, file);
        });
    }

    @Test
    void slowReloadDoesNotUndoALaterOne() throws Exception {
        poolSize(11);
        reload();
        offload.read(0);
        poolSize(22);
        reload();
        offload.read(1);

        offload.finish(1);
        offload.finish(0);
        network.runUntilIdle();

        assertThat(pooler.books().config().integer(Settings.DEFAULT_POOL_SIZE)).isEqualTo(22);
        assertThat(told).containsExactly(true, true);
    }

    @Test
    void laterReloadThatFailsLeavesTheEarlierOneInForce() throws Exception {
        poolSize(11);
        reload();
        offload.read(0);
        Files.writeString(file, "[pgbouncer]\nnonsense\n");
        reload();
        offload.read(1);

        offload.finish(1);
        offload.finish(0);
        network.runUntilIdle();

        assertThat(pooler.books().config().integer(Settings.DEFAULT_POOL_SIZE)).isEqualTo(11);
        assertThat(told).containsExactly(false, true);
    }

    @Test
    void brokenRulesChangeNothing() throws Exception {
        Path hba = Files.writeString(file.resolveSibling("hba.conf"), "local all all trust\n");
        String settings = "[databases]\none = host=127.0.0.1\n[pgbouncer]\nauth_type = hba\nauth_hba_file = " + hba + "\n";
        Files.writeString(file, settings);
        reload();
        offload.read(0);
        offload.finish(0);
        network.runUntilIdle();
        AuthRules before = pooler.commons().rules();

        Files.writeString(hba, "local all all trust\nlocal nonsense\n");
        Files.writeString(file, settings + "default_pool_size = 33\n");
        reload();
        offload.read(1);
        offload.finish(1);
        network.runUntilIdle();

        assertThat(told).containsExactly(true, false);
        assertThat(pooler.commons().rules()).isSameAs(before);
        assertThat(pooler.books().config().integer(Settings.DEFAULT_POOL_SIZE)).isNotEqualTo(33);
    }

    @Test
    void setOfTheTypeReadsTheRules() throws Exception {
        Path hba = Files.writeString(file.resolveSibling("hba.conf"), "local all all trust\n");
        List<Reloader.Change> changes = new ArrayList<>();
        reactor.perform(() -> pooler.reloader().set(Settings.AUTH_TYPE, "hba", changes::add));
        reactor.perform(() -> pooler.reloader().set(Settings.AUTH_HBA_FILE, hba.toString(), changes::add));
        offload.read(0);
        offload.read(1);
        offload.finish(0);
        offload.finish(1);
        network.runUntilIdle();
        reactor.perform(() -> pooler.reloader().set(Settings.AUTH_TYPE, "hba", changes::add));
        offload.read(2);
        offload.finish(2);
        network.runUntilIdle();

        assertThat(changes).containsExactly(Reloader.Change.REFUSED, Reloader.Change.DONE, Reloader.Change.DONE);
        assertThat(pooler.books().config().get(Settings.AUTH_TYPE)).isEqualTo(AuthType.HBA);
    }

    private void poolSize(int size) throws IOException {
        Files.writeString(file, "[databases]\none = host=127.0.0.1\n[pgbouncer]\nauth_type = any\ndefault_pool_size = " + size + "\n");
    }

    private void reload() {
        reactor.perform(() -> pooler.reloader().reload(told::add));
    }

    /** Reads when it is told, and says so when it is told. */
    private static final class HeldOffload implements Offload {
        private final List<Job<?>> jobs = new ArrayList<>();

        @Override
        public <T> void call(Kind kind, Callable<T> work, Reactor reactor, Completion<T> then) {
            jobs.add(new Job<>(work, reactor, then));
        }

        void read(int job) throws Exception {
            jobs.get(job).read();
        }

        void finish(int job) {
            jobs.get(job).finish();
        }
    }

    private static final class Job<T> {
        private final Callable<T> work;
        private final Reactor reactor;
        private final Offload.Completion<T> then;
        private T result;

        Job(Callable<T> work, Reactor reactor, Offload.Completion<T> then) {
            this.work = work;
            this.reactor = reactor;
            this.then = then;
        }

        void read() throws Exception {
            result = work.call();
        }

        void finish() {
            T read = result;
            reactor.execute(() -> then.onDone(read));
        }
    }
}
