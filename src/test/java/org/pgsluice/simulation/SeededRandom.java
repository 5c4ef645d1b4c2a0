package org.pgsluice.simulation;

import java.util.SplittableRandom;
import org.pgsluice.net.RandomSource;

/** Random bytes that repeat with the seed. */
public final class SeededRandom implements RandomSource {
    private final SplittableRandom random;

    public SeededRandom(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public void nextBytes(byte[] into) {
        random.nextBytes(into);
    }
}
