package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every connection promises to one that decorates it and holds bytes back. */
abstract class ReadAgainContract extends ContractFixture {
    @Test
    void whoeverHoldsBytesBackIsAskedAgainThoughTheSocketIsEmpty() {
        connect(1, listen().address());
        Connection far = accepted(0);
        AtomicInteger told = new AtomicInteger();
        run(0, () -> {
            far.handler(new Reader(far, told));
            far.wantRead(true);
            far.readAgain();
        });

        world.await(() -> told.get() == 1);
        run(0, far::readAgain);
        world.await(() -> told.get() == 2);
        run(0, () -> {});
        assertThat(told).hasValue(2);
    }

    @Test
    void readingAgainWaitsUntilItIsWanted() {
        connect(1, listen().address());
        Connection far = accepted(0);
        AtomicInteger told = new AtomicInteger();
        run(0, () -> {
            far.handler(new Reader(far, told));
            far.readAgain();
        });
        run(0, () -> {});
        assertThat(told).hasValue(0);

        run(0, () -> far.wantRead(true));

        world.await(() -> told.get() == 1);
    }

    @Test
    void readingAgainMovesWithTheConnection() {
        connect(1, listen().address());
        Connection far = accepted(0);
        AtomicInteger told = new AtomicInteger();
        run(0, () -> {
            far.handler(new Reader(far, told));
            far.readAgain();
        });

        run(1, () -> {
            far.attachTo(world.reactor(1));
            far.wantRead(true);
        });

        world.await(() -> told.get() == 1);
    }

    /** Counts how often it is told, and reads nothing. */
    private record Reader(Connection connection, AtomicInteger told) implements Connection.Handler {
        @Override
        public void onReadable() {
            told.incrementAndGet();
            try {
                connection.read(connection.reactor().buffers().in().clear());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public void onWritable() {}
    }
}
