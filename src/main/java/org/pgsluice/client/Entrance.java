package org.pgsluice.client;

import org.pgsluice.pool.Books;
import org.pgsluice.pool.Pool;
import org.pgsluice.server.Lane;

/** Where clients that have proven who they are are welcomed, or wait until the pool's first server has said with what. On the client's reactor. */
final class Entrance {
    private Entrance() {}

    /** Lets {@code client} in, if the pool knows how to welcome it; else it waits. */
    static void open(ClientSession client, Pool pool) {
        if (pool.welcome() == null) {
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

    private static void welcome(ClientSession client, Pool pool) {
        byte[] lastWords = client.stage() instanceof ClientStage.AwaitingWelcome at ? at.lastWords() : new byte[0];
        client.letIn(pool);
        Link link = client.enter(pool);
        link.bridge().greetedWith(Greeting.send(client, lastWords, pool, client.lane()));
        client.lane().commons().log().debug("logged in");
        client.resumeLink();
    }
}
