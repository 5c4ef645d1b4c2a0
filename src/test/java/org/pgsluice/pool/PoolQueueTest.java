package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pgsluice.pool.BooksFixture.Client;
import org.pgsluice.pool.BooksFixture.Server;

/** Who of those who wait on two reactors gets a server of the first. */
class PoolQueueTest {
    private final BooksFixture f = new BooksFixture(2, "a = host=h", "", "default_pool_size = 1");
    private final Pool pool = f.pool("a", "u");
    private final Server server = f.serve(f.client(pool, 0));

    @Test
    void serverStaysOnItsReactorForAClientCloseBehindTheOldest() {
        Client oldest = waits(1);
        f.now += Pool.OVERTAKING_NANOS;
        Client near = waits(0);

        f.books.release(server, f.now, false);
        assertThat(server.client()).isSameAs(near);
        f.books.release(server, f.now, false);
        assertThat(server.client()).isSameAs(oldest);
    }

    @Test
    void nobodyIsOvertakenByOneThatCameMuchLater() {
        Client oldest = waits(1);
        f.now += Pool.OVERTAKING_NANOS + 1;
        waits(0);

        f.books.release(server, f.now, false);

        assertThat(server.client()).isSameAs(oldest);
    }

    @Test
    void whoComesWhileOthersAreServedDoesNotKeepTheOldestWaiting() {
        Client oldest = waits(1);
        long since = f.now;

        for (ClientEntry served = null; served != oldest; served = server.client()) {
            assertThat(f.now - since).isLessThanOrEqualTo(Pool.OVERTAKING_NANOS + 100_000);
            f.now += 100_000;
            waits(0);
            f.books.release(server, f.now, false);
        }
    }

    @Test
    void ofALongQueueOnlyTheHeadIsLookedAt() {
        Client oldest = waits(1);
        for (int i = 1; i <= Pool.OVERTAKEN; i++) {
            waits(1);
        }
        waits(0);

        f.books.release(server, f.now, false);

        assertThat(server.client()).isSameAs(oldest);
    }

    private Client waits(int reactor) {
        Client client = f.client(pool, reactor);
        assertThat(f.books.acquire(client, f.now)).isNull();
        return client;
    }
}
