package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.wire.PgError;

/** What a client reads in errors about its prepared statements: the names that it gave them. */
class StatementErrorsTest {
    private final LinkWorld world =
            new LinkWorld(SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nmax_prepared_statements = 100\n"), 1);

    private static Requests send() {
        return new Requests();
    }

    @Test
    void errorThatNamesAStatementSaysTheClientsName() {
        ScriptedClient client = world.login(0);
        String longest = "ü".repeat(3_000);
        world.step(client, send().parse("s", "SELECT $1").parse("same", "SELECT $1").parse(longest, "ROWS 1 $1").sync().toBytes());

        assertThat(errors(client, send().bind("s", "x.1", "x.2").sync())).isEqualTo(tooMany("s"));
        assertThat(errors(client, send().bind("same", "x.1", "x.2").sync())).isEqualTo(tooMany("same"));
        assertThat(errors(client, send().bind(longest, "x.1", "x.2").sync())).isEqualTo(tooMany(longest));
        assertThat(errors(client, send().parse("s", "ROWS 1 $1").sync())).isEqualTo("prepared statement \"s\" already exists");
        assertThat(errors(client, send().bind("PGBOUNCER_1", "x.1").sync())).isEqualTo("prepared statement \"PGBOUNCER_1\" does not exist");
        assertThat(errors(client, send().bind("s", "x.1", "x.2").closeStatement("s").sync())).isEqualTo(tooMany("s"));
        world.assertClean("names");
    }

    @Test
    void serverNameThatIsTheClientsOwnTextStays() {
        ScriptedClient client = world.login(0);
        world.step(client, send().parse("s", "SELECT $1").sync().toBytes());

        assertThat(errors(client, send().parse("t", "BROKEN PGBOUNCER_1").sync())).contains("PGBOUNCER_1");
        assertThat(errors(client, send().query("ERROR 'x.1 \"PGBOUNCER_1\"'"))).contains("PGBOUNCER_1");
    }

    private String errors(ScriptedClient client, Requests requests) {
        client.takeReceived();
        world.step(client, requests.toBytes());
        byte[] received = client.takeReceived();
        ByteBuffer error = ByteBuffer.wrap(received, 5, received.length - 5);
        assertThat(received).as(ScriptedClient.describe(received)).startsWith('E').endsWith(5, 'I');
        assertThat(error.getInt(1)).isEqualTo(received.length - 7);
        return PgError.read(error).message();
    }

    private static String tooMany(String name) {
        return "bind message supplies 2 parameters, but prepared statement \"" + name + "\" requires 1";
    }
}
