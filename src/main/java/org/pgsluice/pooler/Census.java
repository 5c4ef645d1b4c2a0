package org.pgsluice.pooler;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;
import org.pgsluice.server.Lane;

/** Something that is counted, or done and counted, on every reactor. */
public final class Census {
    private Census() {}

    /**
     * Has {@code counter} run on every reactor and gives {@code then}, on the first one, the sum. Where it throws there is one more, since whoever was not
     * looked at counts. Any thread.
     *
     * @param what this is about, for the log
     */
    public static void take(Pooler pooler, String what, ToIntFunction<Lane> counter, IntConsumer then) {
        AtomicInteger lanesLeft = new AtomicInteger(pooler.lanes().length);
        AtomicInteger sum = new AtomicInteger();
        for (Lane lane : pooler.lanes()) {
            // Behind what other reactors have given this one to do.
            lane.reactor().execute(() -> {
                try {
                    sum.addAndGet(counter.applyAsInt(lane));
                } catch (RuntimeException | Error thrown) {
                    sum.incrementAndGet();
                    pooler.commons().log().error(what + ": " + thrown);
                }
                if (lanesLeft.decrementAndGet() == 0) {
                    pooler.onMain(() -> then.accept(sum.get()));
                }
            });
        }
    }
}
