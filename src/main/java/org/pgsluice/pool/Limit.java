package org.pgsluice.pool;

import java.util.function.ToIntFunction;
import org.pgsluice.config.Config;

/**
 * How many there are of something, and how many there may be by the configuration in force. Changed under the books' lock only, so it is exact at every instant
 * and on any number of reactors.
 */
final class Limit {
    private final ToIntFunction<Config> most;
    private int count;

    /** {@code most} says how many there may be; 0 or less for no limit. */
    Limit(ToIntFunction<Config> most) {
        this.most = most;
    }

    /** A moment old outside the books. */
    int count() {
        return count;
    }

    /** Whether there may be no more. */
    boolean isFull(Config config) {
        int limit = most.applyAsInt(config);
        return limit > 0 && count >= limit;
    }

    /** Whether there may be {@code number} of them in all. */
    boolean allows(int number, Config config) {
        int limit = most.applyAsInt(config);
        return limit <= 0 || limit >= number;
    }

    /** One more, whatever the limit says. */
    void add() {
        count++;
    }

    void remove() {
        assert count > 0 : "more were taken away than there were";
        count--;
    }
}
