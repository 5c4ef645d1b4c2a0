package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.pool.BooksFixture.SECOND;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.pool.BooksFixture.Client;
import org.pgsluice.pool.BooksFixture.Server;

/** Who gets which server. */
class BooksTest {
    private static BooksFixture books(String settings) {
        return new BooksFixture(2, "a = host=h\nb = host=h", "", settings);
    }

    @Test
    void clientsAreServedInTheOrderInWhichTheyCameWhateverTheirReactor() {
        BooksFixture f = books("default_pool_size = 1");
        Pool pool = f.pool("a", "u");
        Client first = f.client(pool, 0);
        Server server = f.serve(first);
        List<Client> queue = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Client client = f.client(pool, i % 2);
            f.now += Match.OVERTAKING_NANOS + 1;
            queue.add(client);
            assertThat(f.books.acquire(client, f.now)).isNull();
            assertThat(client.state()).isEqualTo(ClientState.WAITING);
            assertThat(f.openings.grow(pool, f.now, true)).isNull();
        }

        for (Client client : queue) {
            assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.GRANTED);
            assertThat(server.client()).isSameAs(client);
            assertThat(client.state()).isEqualTo(ClientState.ACTIVE);
            assertThat(server.reactorIndex()).isEqualTo(client.reactorIndex());
        }
        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.IDLE);
    }

    @Test
    void newcomerDoesNotOvertakeThoseWhoWait() {
        BooksFixture f = books("default_pool_size = 2");
        Pool pool = f.pool("a", "u");
        f.idle(pool, 0, 1);
        pool.database().paused(true);
        Client waiting = f.client(pool, 0);
        f.books.acquire(waiting, f.now);
        pool.database().paused(false);

        Client newcomer = f.client(pool, 0);

        assertThat(f.books.acquire(newcomer, f.now)).isNull();
        assertThat(f.books.serveNext(pool)).isNotNull();
        assertThat(waiting.server).isNotNull();
        assertThat(newcomer.server).isNull();
    }

    @Test
    void serverUsedLastIsUsedAgain() {
        BooksFixture f = books("default_pool_size = 3");
        Pool pool = f.pool("a", "u");
        List<Server> idle = f.idle(pool, 0, 3);

        assertThat(f.books.acquire(f.client(pool, 0), f.now)).isSameAs(idle.get(2));
        assertThat(f.books.acquire(f.client(pool, 0), f.now)).isSameAs(idle.get(1));
    }

    @Test
    void serverUsedLongestAgoIsUsedWithRoundRobin() {
        BooksFixture f = books("default_pool_size = 3\nserver_round_robin = 1");
        Pool pool = f.pool("a", "u");
        List<Server> idle = f.idle(pool, 0, 3);
        idle.get(0).needClose();

        assertThat(f.books.acquire(f.client(pool, 0), f.now)).isSameAs(idle.get(1));
    }

    @Test
    void serverOfTheOwnReactorIsPreferredAndAnotherOnesIsTaken() {
        BooksFixture f = books("default_pool_size = 2");
        Pool pool = f.pool("a", "u");
        Client onZero = f.client(pool, 0);
        Client onOne = f.client(pool, 1);
        Server ofZero = f.serve(onZero);
        Server ofOne = f.serve(onOne);
        f.books.release(ofOne, f.now, false);
        f.books.release(ofZero, f.now, false);

        assertThat(f.books.acquire(f.client(pool, 1), f.now)).isSameAs(ofOne);
        assertThat(f.books.acquire(f.client(pool, 1), f.now)).isSameAs(ofZero);
        assertThat(ofZero.reactorIndex()).isEqualTo(1);
    }

    @Test
    void serverThatWasIdleElsewhereIsStolenAndOneThatIsHandedOnIsNot() {
        BooksFixture f = books("default_pool_size = 1");
        Pool pool = f.pool("a", "u");
        Server server = f.idle(pool, 0, 1).getFirst();

        assertThat(f.books.acquire(f.client(pool, 1), f.now)).isSameAs(server);
        assertThat(f.books.inventory().steals(1)).isEqualTo(1);

        assertThat(f.books.acquire(f.client(pool, 0), f.now)).isNull();
        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.GRANTED);
        assertThat(server.reactorIndex()).isZero();
        assertThat(f.books.inventory().steals(0)).isZero();

        f.books.release(server, f.now, false);
        assertThat(f.books.acquire(f.client(pool, 0), f.now)).isSameAs(server);
        assertThat(f.books.inventory().steals(0)).isZero();
        assertThat(f.books.inventory().steals(1)).isEqualTo(1);
    }

    @Test
    void onlyTheReactorThatHasAnUnusedServerMayClaimIt() {
        BooksFixture f = books("");
        Pool pool = f.pool("a", "u");
        Server server = f.idle(pool, 0, 1).getFirst();

        assertThat(f.books.claimUnused(server, 1)).isFalse();
        assertThat(f.books.claimUnused(server, 0)).isTrue();
        assertThat(f.books.claimUnused(server, 0)).isFalse();
        assertThat(f.books.acquire(f.client(pool, 0), f.now)).isNull();
    }

    @Test
    void markedServerIsNeitherGivenOutNorKept() {
        BooksFixture f = books("default_pool_size = 3");
        Pool pool = f.pool("a", "u");
        Client active = f.client(pool, 0);
        Server busy = f.serve(active);
        f.idle(pool, 0, 2);
        f.books.registry().markObsolete(pool.database());

        assertThat(f.books.acquire(f.client(pool, 0), f.now)).isNull();
        assertThat(f.books.release(busy, f.now, false)).isEqualTo(Released.CLOSE_NEEDED);
    }

    @Test
    void uncheckedServerGoesToNobodyBeforeItsCheck() {
        BooksFixture f = books("default_pool_size = 1");
        Pool pool = f.pool("a", "u");
        Server server = f.serve(f.client(pool, 0));
        Client waiting = f.client(pool, 0);
        f.books.acquire(waiting, f.now);

        assertThat(f.books.release(server, f.now, true)).isEqualTo(Released.IDLE);

        assertThat(server.state()).isEqualTo(ServerState.USED);
        assertThat(f.openings.grow(pool, f.now, true)).isEqualTo(new Growth.Check(server));
        assertThat(server.state()).isEqualTo(ServerState.TESTED);
        assertThat(f.openings.grow(pool, f.now, true)).isNull();
        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.GRANTED);
        assertThat(server.client()).isSameAs(waiting);
    }

    @Test
    void idleServerThatIsToBeCheckedIsUsedOnlyOnItsReactor() {
        BooksFixture f = books("");
        Pool pool = f.pool("a", "u");
        Server server = f.idle(pool, 0, 1).getFirst();

        f.books.toBeChecked(server, 1);
        assertThat(server.state()).isEqualTo(ServerState.IDLE);
        f.books.toBeChecked(server, 0);
        assertThat(server.state()).isEqualTo(ServerState.USED);
    }

    // ---------------------------------------------------------------- pause

    @Test
    void pauseHoldsServersBackAndNothingIsOpened() {
        BooksFixture f = books("default_pool_size = 2");
        Pool pool = f.pool("a", "u");
        Server busy = f.serve(f.client(pool, 0));
        f.idle(pool, 0, 1);
        f.books.pauseMode(PauseMode.PAUSE);
        Client client = f.client(pool, 0);

        assertThat(f.books.acquire(client, f.now)).isNull();
        assertThat(client.state()).isEqualTo(ClientState.WAITING);
        assertThat(f.openings.grow(pool, f.now, true)).isNull();
        assertThat(f.books.release(busy, f.now, false)).isEqualTo(Released.IDLE);
        assertThat(f.books.serveNext(pool)).isNull();

        f.books.pauseMode(PauseMode.NONE);
        assertThat(f.books.serveNext(pool)).isNotNull();
        assertThat(client.state()).isEqualTo(ClientState.ACTIVE);
        assertThat(f.books.serveNext(pool)).isNull();
    }

    @Test
    void pauseOfOneDatabaseLeavesTheOtherAlone() {
        BooksFixture f = books("");
        f.pool("a", "u").database().paused(true);
        Pool other = f.pool("b", "u");
        f.idle(other, 0, 1);

        assertThat(f.books.acquire(f.client(other, 0), f.now)).isNotNull();
    }

    // ---------------------------------------------------------------- lifetime

    @Test
    void serversOfTheSameAgeAreClosedOneByOne() {
        BooksFixture f = books("default_pool_size = 4\nserver_lifetime = 100");
        Pool pool = f.pool("a", "u");
        List<Server> servers = new ArrayList<>();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(f.client(pool, 0));
            servers.add(f.serve(clients.get(i)));
        }
        f.now += 99 * SECOND;
        assertThat(f.books.lifetimeOver(servers.get(0), f.now)).isFalse();

        f.now += SECOND;
        assertThat(f.books.release(servers.get(0), f.now, false)).isEqualTo(Released.LIFETIME_OVER);
        assertThat(f.books.release(servers.get(1), f.now, false)).isEqualTo(Released.IDLE);
        f.now += 25 * SECOND - 1;
        assertThat(f.books.release(servers.get(2), f.now, false)).isEqualTo(Released.IDLE);
        f.now += 1;
        assertThat(f.books.release(servers.get(3), f.now, false)).isEqualTo(Released.LIFETIME_OVER);
    }

    @Test
    void serverThatHasJustLoggedInIsUsedOnceHoweverShortItsLifetime() {
        BooksFixture f = books("server_lifetime = 0");
        Pool pool = f.pool("a", "u");

        Server server = f.serve(f.client(pool, 0));

        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.LIFETIME_OVER);
    }

    // ---------------------------------------------------------------- the end of clients

    @Test
    void clientThatClosesWaitsNoLonger() {
        BooksFixture f = books("default_pool_size = 1");
        Pool pool = f.pool("a", "u");
        Server server = f.serve(f.client(pool, 0));
        Client leaving = f.client(pool, 0);
        f.books.acquire(leaving, f.now);

        assertThat(f.books.closing(leaving)).isNull();
        f.books.closed(leaving);

        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.IDLE);
        assertThat(leaving.state()).isEqualTo(ClientState.CLOSED);
    }

    @Test
    void clientThatClosesJustAfterItsGrantGivesTheServerOn() {
        BooksFixture f = books("default_pool_size = 1");
        Pool pool = f.pool("a", "u");
        Server server = f.serve(f.client(pool, 0));
        Client leaving = f.client(pool, 0);
        Client next = f.client(pool, 1);
        f.books.acquire(leaving, f.now);
        f.books.acquire(next, f.now);
        f.books.release(server, f.now, false);

        assertThat(f.books.closing(leaving)).isSameAs(server);
        assertThat(f.books.release(server, f.now, false)).isEqualTo(Released.GRANTED);
        f.books.closed(leaving);

        assertThat(server.client()).isSameAs(next);
        assertThat(next.server).isSameAs(server);
    }

    @Test
    void countsAreThoseOfTheLists() {
        BooksFixture f = books("default_pool_size = 3");
        Pool pool = f.pool("a", "u");
        f.idle(pool, 0, 2);
        Server active = f.serve(activeAfterIdle(f, pool));
        Client waiting = f.client(pool, 1);
        f.now += 5;
        f.books.acquire(waiting, f.now);

        PoolCounts counts = f.books.inventory().counts(pool);

        assertThat(active.state()).isEqualTo(ServerState.ACTIVE);
        assertThat(counts.serversActive()).isEqualTo(3);
        assertThat(counts.serversIdle()).isZero();
        assertThat(counts.clientsActive()).isEqualTo(3);
        assertThat(counts.clientsWaiting()).isEqualTo(1);
        assertThat(counts.oldestWaitNanos()).isEqualTo(f.now);
        assertThat(pool.database().serverCount()).isEqualTo(3);
        assertThat(pool.user().serverCount()).isEqualTo(3);
    }

    private static Client activeAfterIdle(BooksFixture f, Pool pool) {
        assertThat(f.books.acquire(f.client(pool, 0), f.now)).isNotNull();
        assertThat(f.books.acquire(f.client(pool, 1), f.now)).isNotNull();
        return f.client(pool, 0);
    }

    @Test
    void databaseThatComesBackHasPoolsOfItsOwn() {
        BooksFixture fixture = new BooksFixture(1, "db = host=127.0.0.1", "", "");
        Registry registry = fixture.books.registry();
        Pool before = fixture.pool("db", "app");
        fixture.client(before, 0);
        registry.apply(BooksFixture.config("", "", ""));
        registry.apply(BooksFixture.config("db = host=127.0.0.2", "", ""));

        Pool after = fixture.pool("db", "app");

        assertThat(after).isNotSameAs(before);
        assertThat(after.database()).isSameAs(registry.database("db"));
        assertThat(fixture.pool("db", "app")).isSameAs(after);
    }

    @Test
    void reloadThatSpellsADefaultOutClosesNoServer() {
        BooksFixture fixture = new BooksFixture(1, "db = host=10.0.0.1,10.0.0.2", "", "");
        Server server = fixture.idle(fixture.pool("db", "app"), 0, 1).getFirst();

        fixture.books.registry().apply(BooksFixture.config("db = host=10.0.0.1,10.0.0.2 port=5432 dbname=db load_balance_hosts=round-robin", "", ""));
        assertThat(server.closeNeeded()).isFalse();

        fixture.books.registry().apply(BooksFixture.config("db = host=10.0.0.1,10.0.0.2 load_balance_hosts=disable", "", ""));
        assertThat(server.closeNeeded()).isTrue();
    }
}
