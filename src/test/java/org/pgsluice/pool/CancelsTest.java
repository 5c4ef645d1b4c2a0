package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pgsluice.pool.BooksFixture.Client;
import org.pgsluice.pool.BooksFixture.Server;

/** What cancel requests find and hold back. */
class CancelsTest {
    private static BooksFixture books(String settings) {
        return new BooksFixture(2, "a = host=h\nb = host=h", "", settings);
    }

    @Test
    void serverThatIsBeingCanceledGoesToNobodyUntilTheLastRequestHasEnded() {
        BooksFixture f = books("default_pool_size = 1");
        Pool pool = f.pool("a", "u");
        Client client = f.client(pool, 0);
        Server server = f.serve(client);
        Client waiting = f.client(pool, 0);
        f.books.acquire(waiting, f.now);
        assertThat(f.books.cancels().begins(serving(f, client))).isTrue();
        assertThat(f.books.cancels().begins(serving(f, client))).isTrue();

        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.BEING_CANCELED);

        assertThat(f.books.cancels().ended(server, false)).isFalse();
        assertThat(f.books.cancels().ended(server, false)).isTrue();
        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.GRANTED);
        assertThat(server.client()).isSameAs(waiting);
    }

    @Test
    void cancelThatEndsWhileTheServerIsStillBusyReleasesNothing() {
        BooksFixture f = books("");
        Client client = f.client(f.pool("a", "u"), 0);
        Server server = f.serve(client);
        f.books.cancels().begins(serving(f, client));

        assertThat(f.books.cancels().ended(server, false)).isFalse();
        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.IDLE);
    }

    @Test
    void lateCancelNeverHitsTheNextClient() {
        BooksFixture f = books("");
        Pool pool = f.pool("a", "u");
        Client client = f.client(pool, 0);
        Server server = f.serve(client);
        CancelTarget.Serving target = serving(f, client);
        f.books.release(server, f.now, false);
        assertThat(f.books.cancels().target(client)).isEqualTo(CancelTarget.Answer.IDLE);
        assertThat(f.books.cancels().begins(target)).isFalse();

        assertThat(f.books.acquire(f.client(pool, 0), f.now)).isSameAs(server);

        assertThat(f.books.cancels().begins(target)).isFalse();
        f.books.release(server, f.now, false);
        f.books.acquire(client, f.now);
        assertThat(f.books.cancels().begins(target)).as("the same client, but another transaction").isFalse();
    }

    private static CancelTarget.Serving serving(BooksFixture f, Client client) {
        return (CancelTarget.Serving) f.books.cancels().target(client);
    }

    @Test
    void cancelWhoseOutcomeIsInDoubtEndsTheServer() {
        BooksFixture f = books("");
        Client client = f.client(f.pool("a", "u"), 0);
        Server server = f.serve(client);
        f.books.cancels().begins(serving(f, client));
        f.books.release(server, f.now, false);

        assertThat(f.books.cancels().ended(server, true)).isTrue();

        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.CLOSE_NEEDED);
    }

    @Test
    void oneRequestIsSentForThoseThatCameBeforeIt() {
        BooksFixture f = books("");
        Client client = f.client(f.pool("a", "u"), 0);
        f.serve(client);
        CancelTarget.Serving target = serving(f, client);
        assertThat(f.books.cancels().pending(target)).isTrue();
        assertThat(f.books.cancels().pending(target)).isFalse();

        f.books.cancels().notPending(target);

        assertThat(f.books.cancels().pending(target)).isTrue();
    }

    @Test
    void clientThatWaitsIsTakenOutOfTheQueueOnce() {
        BooksFixture f = books("default_pool_size = 1");
        Pool pool = f.pool("a", "u");
        Server server = f.serve(f.client(pool, 0));
        Client waiting = f.client(pool, 0);
        f.books.acquire(waiting, f.now);
        assertThat(f.books.cancels().target(waiting)).isEqualTo(CancelTarget.Answer.WAITING);

        assertThat(f.books.cancels().withdraw(waiting)).isTrue();
        assertThat(f.books.cancels().withdraw(waiting)).isFalse();

        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.IDLE);
    }

    @Test
    void serverWhoseClientLeftItsQueryCountsUntilItIsThrough() {
        BooksFixture f = books("default_pool_size = 1");
        Pool pool = f.pool("a", "u");
        Client leaving = f.client(pool, 0);
        Server server = f.serve(leaving);
        f.books.cancels().abandoned(server);
        f.books.closed(leaving);
        Client next = f.client(pool, 0);

        assertThat(f.books.acquire(next, f.now)).isNull();
        assertThat(f.openings.grow(pool, f.now, true)).isNull();
        assertThat(f.books.cancels().ended(server, false)).isTrue();

        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.GRANTED);
        assertThat(server.client()).isSameAs(next);
    }
}
