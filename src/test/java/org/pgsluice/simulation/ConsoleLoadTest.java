package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.client.ClientSession;

/** Consoles that ask for much. */
class ConsoleLoadTest {
    private static final int CLIENTS = 1_500;
    /** More than a slice of rows takes. */
    private static final int MARK = 100_000;

    private final PoolerWorld world = new PoolerWorld("max_client_conn = 2000");

    @Test
    void answerIsMadeAsItIsTaken() {
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new ScriptedClient(world.outside, PoolerWorld.POOLER));
            clients.getLast().send(Requests.startup("user", "root", "database", "db"));
        }
        world.soon();
        ScriptedClient console = world.loginTo("pgbouncer");
        console.reading(false);

        console.send(new Requests().query("SHOW CLIENTS").toBytes());
        world.soon();

        int waiting = 0;
        for (ClientSession session : world.pooler.sessions().clients()) {
            waiting += session.wire().outbox().waitingBytes();
        }
        assertThat(waiting).isLessThan(MARK);
        console.reading(true);
        world.soon();
        assertThat(PoolerWorld.take(console).endsWith("C(SHOW|) Z(I) ")).isTrue();
    }
}
