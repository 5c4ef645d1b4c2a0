package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;

/** Books over a configuration in text, with connections that are nothing but entries. Time is what the test says. */
final class BooksFixture {
    static final long SECOND = 1_000_000_000L;

    final Books books;
    final Openings openings;
    long now = 1_000 * SECOND;

    BooksFixture(int reactors, String databases, String users, String settings) {
        Config config = config(databases, users, settings);
        books = new Books(config, reactors);
        books.registry().apply(config);
        openings = books.openings();
    }

    static Config config(String databases, String users, String settings) {
        try {
            Path file = Files.createTempFile("books", ".ini");
            Files.writeString(file, "[databases]\n" + databases + "\n[users]\n" + users + "\n[pgbouncer]\n" + settings + "\n");
            LoadResult result = ConfigReader.read(file, Environment.NONE, null);
            Files.delete(file);
            return ((LoadResult.Loaded) result).config();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Pool pool(String database, String user) {
        Database known = books.registry().database(database);
        assertThat(known).isNotNull();
        return books.registry().pool(known, books.registry().user(user), now);
    }

    /** A client that is logged in to the pool. */
    Client client(Pool pool, int reactor) {
        Client client = new Client(reactor);
        books.active(client, pool, now);
        return client;
    }

    /** A server that has just logged in, not released yet. */
    Server login(Pool pool, int reactor) {
        Server server = new Server(pool, reactor, now);
        openings.opened(server, pool.places.all().getFirst(), now);
        openings.loggedIn(server, new Welcome(List.of()));
        return server;
    }

    /** A server that is at its login. */
    Server opening(Pool pool, Place place) {
        Server server = new Server(pool, 0, now);
        openings.opened(server, place, now);
        return server;
    }

    /** A server whose login is tried at {@code place} and fails; for how long the pool is to wait. */
    long fail(Pool pool, Place place) {
        Openings.reserve(pool);
        Server server = opening(pool, place);
        long wait = openings.loginFailed(server, "no luck", false, now, 0);
        books.move(server, ServerState.CLOSED);
        return wait;
    }

    /** A client that waits, the server that is opened for it, and both linked. */
    Server serve(Client client) {
        Pool pool = client.pool;
        assertThat(pool).isNotNull();
        assertThat(books.acquire(client, now)).isNull();
        assertThat(openings.grow(pool, now, true)).isInstanceOf(Growth.Open.class);
        Server server = login(pool, client.reactorIndex());
        assertThat(books.release(server, now, false)).isEqualTo(Released.GRANTED);
        assertThat(server.client()).isSameAs(client);
        return server;
    }

    /** {@code count} idle servers of that reactor, the last one used last. */
    List<Server> idle(Pool pool, int reactor, int count) {
        List<Server> servers = new ArrayList<>();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Client client = client(pool, reactor);
            clients.add(client);
            servers.add(serve(client));
        }
        for (Server server : servers) {
            now++;
            server.used(now);
            assertThat(books.release(server, now, false)).isEqualTo(Released.IDLE);
        }
        clients.forEach(books::closed);
        return servers;
    }

    static final class Client extends ClientEntry {
        @Nullable ServerEntry granted;

        Client(int reactor) {
            super(reactor);
        }

        @Override
        public void granted(ServerEntry server) {
            granted = server;
        }

        @Override
        public void welcomed() {}

        @Override
        public void refused(String sqlState, String message) {}
    }

    static final class Server extends ServerEntry {
        Server(Pool pool, int reactor, long now) {
            super(pool, reactor, now);
        }

        void used(long now) {
            usedNanos = now;
        }

        @Override
        public void close(CloseReason reason) {}
    }
}
