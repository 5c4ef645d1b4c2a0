package org.pgsluice.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole pooler in a simulated world, with one fault a run: an exception or the end of the memory in one of its handlers. Whatever that ends, nothing of it
 * stays behind and nobody hangs. {@code -Dsimulation.seed=N} runs that seed alone; {@code -Dsimulation.seeds=N} says how many.
 */
class PoolerFaultTest {
    private static final int RUNS = 50;

    @TempDir
    Path directory;

    @Test
    void faultLeavesNothingBehind() throws IOException {
        Long given = Long.getLong("simulation.seed");
        long first = given == null ? 1 : given;
        int runs = Integer.getInteger("simulation.seeds", given == null ? RUNS : 1);
        for (long seed = first; seed < first + runs; seed++) {
            new PoolerRun(seed, directory.resolve("pooler.ini"), new SplittableRandom(seed * 31), new Coverage()).run();
        }
    }
}
