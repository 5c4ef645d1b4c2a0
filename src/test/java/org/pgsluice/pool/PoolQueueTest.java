package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.pool.BooksFixture.Client;
import org.pgsluice.pool.BooksFixture.Server;

/** Who of those who wait gets a server of the first reactor, and which idle server a client gets. */
class PoolQueueTest {
    private final BooksFixture f = new BooksFixture(2, "a = host=h", "", "default_pool_size = 1");
    private final Pool pool = f.pool("a", "u");
    private final Server server = f.serve(f.client(pool, 0));

    @Test
    void serverStaysOnItsReactorForAClientCloseBehindTheOldest() {
        Client oldest = waits(1);
        f.now += Match.OVERTAKING_NANOS;
        Client near = waits(0);

        f.books.release(server, f.now, false);
        assertThat(server.client()).isSameAs(near);
        f.books.release(server, f.now, false);
        assertThat(server.client()).isSameAs(oldest);
    }

    @Test
    void nobodyIsOvertakenByOneThatCameMuchLater() {
        Client oldest = waits(1);
        f.now += Match.OVERTAKING_NANOS + 1;
        waits(0);

        f.books.release(server, f.now, false);

        assertThat(server.client()).isSameAs(oldest);
    }

    @Test
    void whoComesWhileOthersAreServedDoesNotKeepTheOldestWaiting() {
        Client oldest = waits(1);
        long since = f.now;

        for (ClientEntry served = null; served != oldest; served = server.client()) {
            assertThat(f.now - since).isLessThanOrEqualTo(Match.OVERTAKING_NANOS + 100_000);
            f.now += 100_000;
            waits(0);
            f.books.release(server, f.now, false);
        }
    }

    @Test
    void ofALongQueueOnlyTheHeadIsLookedAt() {
        Client oldest = waits(1);
        for (int i = 1; i <= Match.LOOKED_AT; i++) {
            waits(1);
        }
        waits(0);

        f.books.release(server, f.now, false);

        assertThat(server.client()).isSameAs(oldest);
    }

    @Test
    void ofTheServersReactorOneWithItsSettingsComesFirst() {
        server.fingerprint(7);
        Client oldest = waits(1);
        oldest.fingerprint(7);
        Client other = waits(0);
        Client alike = waits(0);
        alike.fingerprint(7);

        f.books.release(server, f.now, false);
        assertThat(server.client()).isSameAs(alike);
        f.books.release(server, f.now, false);
        assertThat(server.client()).isSameAs(other);
    }

    @Test
    void settingsDoNotLetAnybodyOvertakeOneThatCameMuchEarlier() {
        server.fingerprint(7);
        Client oldest = waits(0);
        f.now += Match.OVERTAKING_NANOS + 1;
        waits(0).fingerprint(7);

        f.books.release(server, f.now, false);

        assertThat(server.client()).isSameAs(oldest);
    }

    @Test
    void clientGetsTheIdleServerWithItsSettings() {
        BooksFixture many = new BooksFixture(1, "a = host=h", "", "default_pool_size = 3");
        List<Server> idle = many.idle(many.pool("a", "u"), 0, 3);
        idle.get(0).fingerprint(7);
        idle.get(1).fingerprint(8);
        Client client = many.client(many.pool("a", "u"), 0);

        client.fingerprint(8);
        assertThat(many.books.acquire(client, many.now)).isSameAs(idle.get(1));
        many.books.release(idle.get(1), many.now, false);
        client.fingerprint(7);
        assertThat(many.books.acquire(client, many.now)).isSameAs(idle.get(0));
        many.books.release(idle.get(0), many.now, false);
        idle.get(0).needClose();
        assertThat(many.books.acquire(client, many.now)).as("the last one used").isSameAs(idle.get(1));
    }

    @Test
    void inTurnIsInTurnWhateverTheSettings() {
        BooksFixture many = new BooksFixture(1, "a = host=h", "", "default_pool_size = 2\nserver_round_robin = 1");
        List<Server> idle = many.idle(many.pool("a", "u"), 0, 2);
        idle.get(1).fingerprint(7);
        Client client = many.client(many.pool("a", "u"), 0);
        client.fingerprint(7);

        assertThat(many.books.acquire(client, many.now)).isSameAs(idle.get(0));
    }

    private Client waits(int reactor) {
        Client client = f.client(pool, reactor);
        assertThat(f.books.acquire(client, f.now)).isNull();
        return client;
    }
}
