package org.pgsluice.client;

import org.pgsluice.pool.Books;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Welcome;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/** Where clients that have proven who they are are welcomed, or wait until the pool's first server has said with what. On the client's reactor. */
final class Entrance {
    private Entrance() {}

    /** Lets {@code client} in, if the pool knows how to welcome it; else it waits. */
    static void open(ClientSession client, Pool pool) {
        if (client.replication() != null) {
            awaitOwn(client, pool);
        } else if (pool.welcome() == null) {
            await(client, pool);
        } else {
            welcome(client, pool);
        }
    }

    private static void await(ClientSession client, Pool pool) {
        Lane lane = client.lane();
        Books books = lane.books();
        books.waitForWelcome(client, pool, lane.now());
        if (pool.welcome() != null) {
            // It came between the two looks; whoever brought it may not have seen this client.
            client.welcomed();
        } else {
            lane.grow(pool);
        }
    }

    /** One that replicates is let in when the server that is opened for it alone is there. */
    private static void awaitOwn(ClientSession client, Pool pool) {
        client.lane().books().ownServers().await(client, pool, client.lane().now());
        client.lane().grow(pool);
    }

    /** The server of one that replicates is there, unless it was lost again. */
    static void takeGrant(ClientSession client) {
        Pool pool = client.pool();
        if (pool == null || client.replication() == null) {
            return;
        }
        if (!(client.lane().books().serverOf(client) instanceof ServerSession server)) {
            awaitOwn(client, pool);
            return;
        }
        byte[] lastWords = client.stage() instanceof ClientStage.AwaitingWelcome at ? at.lastWords() : new byte[0];
        countWait(client, pool);
        client.letIn(pool);
        Link link = client.enter(pool);
        Welcome welcome = server.welcome();
        if (welcome == null) {
            throw new IllegalStateException("a server without a welcome");
        }
        // It has asked the server itself, by the startup packet, and has what that one says.
        client.vars().copy(server.vars());
        Greeting.send(client, lastWords, welcome, pool, client.lane());
        client.lane().commons().log().debug("logged in");
        link.takeGrant();
        client.resumeLink();
    }

    private static void welcome(ClientSession client, Pool pool) {
        byte[] lastWords = client.stage() instanceof ClientStage.AwaitingWelcome at ? at.lastWords() : new byte[0];
        countWait(client, pool);
        client.letIn(pool);
        Link link = client.enter(pool);
        Welcome welcome = pool.welcome();
        if (welcome == null) {
            throw new IllegalStateException("no welcome for " + pool);
        }
        Greeting.send(client, lastWords, welcome, pool, client.lane());
        link.bridge().greetedWith(welcome);
        client.lane().commons().log().debug("logged in");
        client.resumeLink();
    }

    /** Who waited for the pool's first server, or for one of its own, has waited as those do who wait for a query. */
    private static void countWait(ClientSession client, Pool pool) {
        long since = client.waitSinceNanos();
        if (since != 0) {
            long waited = client.lane().now() - since;
            pool.counters(client.lane().index()).waitNanos += waited;
            SlowStatement.waited(client, pool, waited);
        }
    }
}
