package org.pgsluice.simulation;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole pooler in a simulated world, one seed a run. A build runs the first seeds. {@code -Dsimulation.seed=N} begins with that seed, and runs it alone
 * unless told otherwise; {@code -Dsimulation.seeds=N} says how many; {@code -Dsimulation.lines=N} how much of the log a failure shows.
 */
class PoolerSimulationTest {
    private static final int RUNS = 200;

    @TempDir
    Path directory;

    @Test
    void everybodyGetsTheirOwnWhateverHappens() throws IOException {
        Long given = Long.getLong("simulation.seed");
        long first = given == null ? 1 : given;
        int runs = Integer.getInteger("simulation.seeds", given == null ? RUNS : 1);
        Coverage coverage = new Coverage();
        for (long seed = first; seed < first + runs; seed++) {
            new PoolerRun(seed, directory.resolve("pooler.ini"), null, coverage).run();
        }
        if (given == null && runs >= RUNS) {
            coverage.check();
        }
    }
}
