package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.pool.BooksFixture.SECOND;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.pool.BooksFixture.Client;
import org.pgsluice.pool.BooksFixture.Server;

/** Where servers are opened. */
class PlacesTest {
    private static final String LISTS = "turn = host=one,two,three\nfirst = host=one,two load_balance_hosts=disable\nname = host=name";

    private final BooksFixture f = new BooksFixture(1, LISTS, "", "server_login_retry = 5\ndefault_pool_size = 10");

    private String next(Pool pool) {
        Place place = pool.places.next(f.now);
        return place == null ? "none" : place.host();
    }

    private void fail(Pool pool, String host) {
        f.fail(pool, pool.places.all().stream().filter(place -> place.host().equals(host)).findAny().orElseThrow());
    }

    @Test
    void hostsTakeTurns() {
        Pool pool = f.pool("turn", "u");

        assertThat(List.of(next(pool), next(pool), next(pool), next(pool))).containsExactly("one", "two", "three", "one");
    }

    @Test
    void hostThatFailsIsLeftOutUntilItsNextTry() {
        Pool pool = f.pool("turn", "u");
        fail(pool, "one");
        fail(pool, "one");

        assertThat(List.of(next(pool), next(pool), next(pool), next(pool))).containsExactly("two", "three", "two", "three");
        f.now += SECOND;
        assertThat(List.of(next(pool), next(pool), next(pool))).containsExactly("one", "two", "three");
    }

    @Test
    void withoutBalancingAHostIsKeptUntilItFails() {
        Pool pool = f.pool("first", "u");
        assertThat(List.of(next(pool), next(pool))).containsExactly("one", "one");

        fail(pool, "one");
        assertThat(next(pool)).isEqualTo("two");
        f.now += 100 * SECOND;
        assertThat(next(pool)).as("the first may be back, but the second is good").isEqualTo("two");

        fail(pool, "two");
        assertThat(next(pool)).isEqualTo("one");
    }

    @Test
    void whereAllFailTheOneThatIsDueFirstIsTried() {
        Pool pool = f.pool("turn", "u");
        for (String host : List.of("one", "two", "three", "two", "three", "one")) {
            fail(pool, host);
            f.now += 1;
        }
        assertThat(next(pool)).isEqualTo("none");

        f.now += pool.places.dueIn(f.now);

        assertThat(next(pool)).isEqualTo("two");
    }

    @Test
    void tryAtADoubtfulHostTakesNobodysTurn() {
        Pool pool = f.pool("turn", "u");
        fail(pool, "one");
        f.books.acquire(f.client(pool, 0), f.now);

        Growth.Open doubtful = (Growth.Open) f.openings.grow(pool, f.now, true);
        assertThat(doubtful.place().host()).isEqualTo("one");
        f.opening(pool, doubtful.place());

        Growth.Open good = (Growth.Open) f.openings.grow(pool, f.now, true);
        assertThat(good.place().host()).isEqualTo("two");
        f.opening(pool, good.place());
        assertThat(f.openings.grow(pool, f.now, true)).isNull();
    }

    @Test
    void serversOfAnAddressThatANameHasLostAreNotUsedAgain() {
        Pool pool = f.pool("name", "u");
        InetAddress old = InetAddress.ofLiteral("10.0.0.1");
        InetAddress fresh = InetAddress.ofLiteral("10.0.0.2");
        f.openings.resolved("name", List.of(old));
        Client client = f.client(pool, 0);
        Server busy = f.serve(client);
        Server idle = f.serve(f.client(pool, 0));
        Server elsewhere = f.serve(f.client(pool, 0));
        f.openings.reached(busy, old);
        f.openings.reached(idle, old);
        f.openings.reached(elsewhere, fresh);
        f.books.release(idle, f.now, false);

        f.openings.resolved("name", List.of(old));
        assertThat(idle.closeNeeded()).isFalse();
        f.openings.resolved("name", List.of(fresh));

        assertThat(f.books.release(busy, f.now, false)).isEqualTo(Released.CLOSE_NEEDED);
        assertThat(idle.closeNeeded()).isTrue();
        assertThat(elsewhere.closeNeeded()).isFalse();
        f.books.release(elsewhere, f.now, false);
        assertThat(f.books.acquire(client, f.now)).as("the one that may be used stands behind one that may not").isSameAs(elsewhere);
    }
}
