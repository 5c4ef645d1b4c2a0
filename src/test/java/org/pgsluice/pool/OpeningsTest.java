package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.pool.BooksFixture.SECOND;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pgsluice.pool.BooksFixture.Client;
import org.pgsluice.pool.BooksFixture.Server;

/** How many servers there may be. */
class OpeningsTest {
    private static final String TWO = "a = host=h\nb = host=h\nlimited = host=h max_db_connections=2\nforced = host=h user=f min_pool_size=2";

    private static BooksFixture books(String settings) {
        return new BooksFixture(2, TWO, "few = max_user_connections=2", settings);
    }

    private static void queue(BooksFixture f, Pool pool, int clients) {
        for (int i = 0; i < clients; i++) {
            f.books.acquire(f.client(pool, 0), f.now);
        }
    }

    private static Place place(Pool pool) {
        return pool.places.all().getFirst();
    }

    private static @Nullable Growth grow(BooksFixture f, Pool pool) {
        return f.openings.grow(pool, f.now, true);
    }

    private static int opened(BooksFixture f, Pool pool) {
        int count = 0;
        while (grow(f, pool) instanceof Growth.Open) {
            count++;
        }
        return count;
    }

    @Test
    void asManyAreOpenedAsWaitUpToThePoolSize() {
        BooksFixture f = books("default_pool_size = 4");
        Pool pool = f.pool("a", "u");
        queue(f, pool, 3);
        assertThat(opened(f, pool)).isEqualTo(3);

        queue(f, pool, 5);
        assertThat(opened(f, pool)).isEqualTo(1);
        assertThat(pool.database().serverCount()).isEqualTo(4);
    }

    @Test
    void noMoreThanABurstLogsInAtATime() {
        BooksFixture f = books("default_pool_size = 100");
        Pool pool = f.pool("a", "u");
        queue(f, pool, 50);

        assertThat(opened(f, pool)).isEqualTo(Openings.LOGIN_BURST);
        f.books.release(f.login(pool, 0), f.now, false);
        assertThat(opened(f, pool)).isEqualTo(1);
    }

    @Test
    void placeThatCameToNothingIsGivenBack() {
        BooksFixture f = books("default_pool_size = 1");
        Pool pool = f.pool("a", "u");
        queue(f, pool, 1);
        assertThat(opened(f, pool)).isEqualTo(1);

        f.books.move(f.opening(pool, place(pool)), ServerState.CLOSED);

        assertThat(pool.database().serverCount()).isZero();
        assertThat(opened(f, pool)).isEqualTo(1);
    }

    @Test
    void reserveIsOpenedOnceTheOldestHasWaitedLongEnough() {
        BooksFixture f = books("default_pool_size = 1\nreserve_pool_size = 2\nreserve_pool_timeout = 5");
        Pool pool = f.pool("a", "u");
        f.serve(f.client(pool, 0));
        queue(f, pool, 1);
        f.now += 5 * SECOND - 1;
        queue(f, pool, 4);
        assertThat(grow(f, pool)).isNull();

        f.now += 1;

        assertThat(grow(f, pool)).isEqualTo(new Growth.Open(place(pool), true));
        assertThat(grow(f, pool)).isEqualTo(new Growth.Open(place(pool), true));
        assertThat(grow(f, pool)).isNull();
    }

    @Test
    void reserveWithoutATimeoutIsNeverUsed() {
        BooksFixture f = books("default_pool_size = 1\nreserve_pool_size = 2\nreserve_pool_timeout = 0");
        Pool pool = f.pool("a", "u");
        f.serve(f.client(pool, 0));
        queue(f, pool, 1);
        f.now += 1_000 * SECOND;

        assertThat(grow(f, pool)).isNull();
    }

    @Test
    void limitOfADatabaseHoldsOverItsPoolsAndEvictsTheServerUnusedForLongest() {
        BooksFixture f = books("default_pool_size = 20");
        Pool mine = f.pool("limited", "me");
        Pool theirs = f.pool("limited", "they");
        List<Server> idle = f.idle(theirs, 0, 2);
        queue(f, mine, 1);

        assertThat(f.openings.grow(mine, f.now, false)).isNull();
        assertThat(grow(f, mine)).isEqualTo(new Growth.Evict(idle.get(0)));
        assertThat(idle.get(0).state()).isEqualTo(ServerState.CLOSING);
        assertThat(mine.database().serverCount()).isEqualTo(2);
        f.books.move(idle.get(0), ServerState.CLOSED);
        assertThat(grow(f, mine)).isEqualTo(new Growth.Open(place(mine), false));
        assertThat(mine.database().serverCount()).isEqualTo(2);
    }

    @Test
    void limitOfAUserHoldsOverItsPools() {
        BooksFixture f = books("default_pool_size = 20");
        Pool a = f.pool("a", "few");
        Pool b = f.pool("b", "few");
        f.serve(f.client(a, 0));
        f.serve(f.client(a, 0));
        queue(f, b, 1);

        assertThat(grow(f, b)).as("nobody is idle").isNull();
        assertThat(a.user().serverCount()).isEqualTo(2);
    }

    @Test
    void serverToBeCheckedIsEvictedOnlyWhereNobodyWaits() {
        BooksFixture f = books("default_pool_size = 20");
        Pool mine = f.pool("limited", "me");
        Pool theirs = f.pool("limited", "they");
        List<Server> idle = f.idle(theirs, 0, 2);
        idle.forEach(server -> f.books.toBeChecked(server, 0));
        queue(f, mine, 1);
        queue(f, theirs, 1);
        assertThat(grow(f, mine)).isNull();

        theirs.waiting.forEach(client -> f.books.closed(client));

        assertThat(grow(f, mine)).isEqualTo(new Growth.Evict(idle.get(0)));
    }

    // ---------------------------------------------------------------- failures

    @Test
    void afterAFailureOneAtATimeIsTriedAtOnceAndThenInGrowingSteps() {
        BooksFixture f = books("default_pool_size = 10\nserver_login_retry = 15");
        Pool pool = f.pool("a", "u");
        queue(f, pool, 4);
        assertThat(opened(f, pool)).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            f.opening(pool, place(pool));
        }
        List<ServerEntry> failed = new ArrayList<>();
        pool.login.forEach(failed::add);
        failed.forEach(server -> {
            f.openings.loginFailed(server, "no luck", false, f.now, 0);
            f.books.move(server, ServerState.CLOSED);
        });
        assertThat(grow(f, pool)).isNull();
        f.now += Place.FIRST_STEP_NANOS * 2;
        assertThat(opened(f, pool)).isEqualTo(1);

        f.books.release(f.login(pool, 0), f.now, false);
        assertThat(opened(f, pool)).isEqualTo(3);
    }

    @Test
    void stepsGrowUpToTheRetryTimeAndStayShortInAShortOutage() {
        BooksFixture f = books("server_login_retry = 2");
        Pool pool = f.pool("a", "u");
        long begun = f.now;
        List<Long> steps = new ArrayList<>();
        while (f.now - begun < 200 * SECOND) {
            long step = f.fail(pool, place(pool));
            assertThat(step).as("the first retry is at once").matches(nanos -> nanos > 0 || steps.isEmpty());
            if (f.now - begun < 30 * SECOND) {
                assertThat(step).isLessThanOrEqualTo(SECOND);
            }
            steps.add(step);
            f.now += step;
        }

        assertThat(steps).isSorted().last().isEqualTo(2 * SECOND);
        f.now += 3_600 * SECOND;
        assertThat(f.fail(pool, place(pool))).as("what was long ago says nothing").isZero();
    }

    @Test
    void stepIsShortenedByChanceByAQuarterAtMost() {
        BooksFixture f = books("");
        Pool pool = f.pool("a", "u");
        f.fail(pool, place(pool));

        Openings.reserve(pool);
        Server server = f.opening(pool, place(pool));

        assertThat(f.openings.loginFailed(server, "no luck", false, f.now, 1)).isEqualTo(Place.FIRST_STEP_NANOS * 3 / 4);
    }

    @Test
    void clientWaitsWhereLoginsFailWhetherThereWasEverAServerOrNot() {
        BooksFixture f = books("");
        Pool pool = f.pool("a", "u");
        f.fail(pool, place(pool));
        f.fail(pool, place(pool));
        Client client = f.client(pool, 0);

        assertThat(f.books.acquire(client, f.now)).isNull();

        assertThat(client.state()).isEqualTo(ClientState.WAITING);
        assertThat(f.openings.lastFailure(pool)).isEqualTo("no luck");
        assertThat(f.books.hopeless(pool)).hasSize(1);
    }

    @Test
    void loginThatWasRefusedIsNotTriedAgainForThoseWhoAreBeingTold() {
        BooksFixture f = books("");
        Pool pool = f.pool("a", "u");
        queue(f, pool, 3);
        Openings.reserve(pool);
        Server server = f.opening(pool, place(pool));
        assertThat(f.openings.loginFailed(server, "wrong password", true, f.now, 0)).isEqualTo(Place.FIRST_STEP_NANOS);
        f.books.move(server, ServerState.CLOSED);

        assertThat(grow(f, pool)).isNull();
    }

    @Test
    void nobodyIsHopelessWhereAServerIsThere() {
        BooksFixture f = books("default_pool_size = 2");
        Pool pool = f.pool("a", "u");
        f.serve(f.client(pool, 0));
        queue(f, pool, 1);

        f.fail(pool, place(pool));

        assertThat(f.books.hopeless(pool)).isEmpty();
    }

    @Test
    void reloadLetsAPlaceThatFailedBeTriedAtOnce() {
        BooksFixture f = books("");
        Pool pool = f.pool("a", "u");
        queue(f, pool, 1);
        f.fail(pool, place(pool));
        f.fail(pool, place(pool));
        assertThat(grow(f, pool)).isNull();

        f.books.registry().apply(f.books.config());

        assertThat(grow(f, pool)).isInstanceOf(Growth.Open.class);
    }

    // ---------------------------------------------------------------- the first server, min_pool_size, cancel requests

    @Test
    void oneServerIsOpenedForAllWhoWaitForTheWelcome() {
        BooksFixture f = books("");
        Pool pool = f.pool("a", "u");
        Client one = new Client(0);
        Client two = new Client(1);
        f.books.waitForWelcome(one, pool, f.now);
        f.books.waitForWelcome(two, pool, f.now);
        assertThat(opened(f, pool)).isEqualTo(1);

        Server server = f.login(pool, 0);

        assertThat(pool.welcome()).isNotNull();
        assertThat(f.books.nextForWelcome(pool)).isSameAs(one);
        assertThat(f.books.nextForWelcome(pool)).isSameAs(two);
        assertThat(f.books.nextForWelcome(pool)).isNull();
        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.IDLE);
    }

    @Test
    void poolIsFilledUpToItsLeastSize() {
        BooksFixture f = books("min_pool_size = 3\ndefault_pool_size = 10");
        Pool pool = f.pool("a", "u");
        assertThat(f.openings.topUp(pool, f.now)).as("nobody uses it").isNull();
        f.serve(f.client(pool, 0));

        assertThat(f.openings.topUp(pool, f.now)).isEqualTo(new Growth.Open(place(pool), false));
        assertThat(f.openings.topUp(pool, f.now)).isEqualTo(new Growth.Open(place(pool), false));
        assertThat(f.openings.topUp(pool, f.now)).isNull();
    }

    @Test
    void poolWithAForcedUserIsFilledWithoutClientsButNotWhilePaused() {
        BooksFixture f = books("default_pool_size = 10");
        Pool pool = f.pool("forced", "f");
        pool.database().paused(true);
        assertThat(f.openings.topUp(pool, f.now)).isNull();
        pool.database().paused(false);

        assertThat(f.openings.topUp(pool, f.now)).isEqualTo(new Growth.Open(place(pool), false));
    }

    @Test
    void cancelRequestsMayDoubleThePoolBeyondTheOtherLimits() {
        BooksFixture f = books("default_pool_size = 2");
        Pool pool = f.pool("limited", "u");
        f.serve(f.client(pool, 0));
        f.serve(f.client(pool, 0));

        assertThat(f.openings.openForCancel(pool)).isTrue();
        assertThat(f.openings.openForCancel(pool)).isTrue();
        assertThat(f.openings.openForCancel(pool)).isFalse();
        Server request = new Server(pool, 0, f.now);
        f.openings.openedForCancel(request);
        f.books.move(request, ServerState.CLOSED);
        assertThat(f.openings.openForCancel(pool)).isTrue();
    }

    @Test
    void reserveTakesNoRoomFromCancelRequests() {
        BooksFixture f = books("default_pool_size = 2\nreserve_pool_size = 2\nreserve_pool_timeout = 1");
        Pool pool = f.pool("a", "u");
        f.serve(f.client(pool, 0));
        f.serve(f.client(pool, 0));
        for (int i = 0; i < 2; i++) {
            f.books.acquire(f.client(pool, 0), f.now);
        }
        f.now += 2_000_000_000L;
        assertThat(f.openings.grow(pool, f.now, false)).isEqualTo(new Growth.Open(place(pool), true));
        assertThat(f.openings.grow(pool, f.now, false)).isEqualTo(new Growth.Open(place(pool), true));

        assertThat(f.openings.openForCancel(pool)).isTrue();
        assertThat(f.openings.openForCancel(pool)).isTrue();
        assertThat(f.openings.openForCancel(pool)).isFalse();
    }

    @Test
    void poolWithMoreServersThanItsSizeSendsCancelRequestsToo() {
        BooksFixture f = books("default_pool_size = 4");
        Pool pool = f.pool("a", "u");
        for (int i = 0; i < 4; i++) {
            f.serve(f.client(pool, 0));
        }
        f.books.config(BooksFixture.config(TWO, "", "default_pool_size = 1"));

        for (int i = 0; i < 4; i++) {
            assertThat(f.openings.openForCancel(pool)).isTrue();
        }
        assertThat(f.openings.openForCancel(pool)).isFalse();
    }
}
