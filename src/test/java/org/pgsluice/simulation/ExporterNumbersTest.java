package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of the console that exporters turn into dashboards: each is counted as PgBouncer counts it. */
class ExporterNumbersTest {
    @TempDir
    Path directory;

    /** The rows of a SHOW, by their first column. */
    private static Map<String, List<String>> rows(PoolerWorld world, String command) {
        return world.rows(command).stream().collect(Collectors.toMap(List::getFirst, Function.identity()));
    }

    private static long total(PoolerWorld world, String name) {
        return Long.parseLong(rows(world, "SHOW TOTALS").get("total_" + name).get(1));
    }

    @Test
    void loginOfAServerIsNoTraffic() {
        PoolerWorld world = new PoolerWorld("");
        ScriptedClient client = world.login();
        assertThat(total(world, "server_bytes")).isZero();

        client.send(new Requests().query("SELECT 'a.1'").toBytes());
        world.soon();
        int got = client.takeReceived().length;

        assertThat(got).isPositive();
        assertThat(total(world, "server_bytes")).isEqualTo(got);
    }

    @Test
    void waitForThePoolsFirstServerCounts() {
        PoolerWorld world = new PoolerWorld("");
        world.network.silent(PoolerWorld.POSTGRES, true);
        ScriptedClient client = world.knock();
        world.pass(3);
        world.network.silent(PoolerWorld.POSTGRES, false);
        world.pass(30);
        assertThat(PoolerWorld.take(client)).endsWith("Z(I) ");

        assertThat(total(world, "wait_time")).isGreaterThan(3_000_000);
    }

    @Test
    void consoleHasTheColumnsOfTheVersionThatItNames() {
        PoolerWorld world = new PoolerWorld("");
        world.login();
        ScriptedClient open = world.loginTo("pgbouncer");
        assertThat(world.rows("SHOW STATS").getFirst()).hasSize(25);

        world.console("SET console_version = '1.25'");

        assertThat(world.rows("SHOW VERSION")).isEqualTo(List.of(List.of("PgBouncer 1.25.2")));
        assertThat(world.rows("SHOW STATS").getFirst()).hasSize(23);
        assertThat(rows(world, "SHOW TOTALS")).doesNotContainKey("total_client_login_count");
        assertThat(world.ask(open, "SHOW VERSION")).as("as long as a console lasts").contains("PgBouncer 1.26.1");
    }

    @Test
    void usersOfTheFileAreShownBeforeTheyLogIn() throws IOException {
        Path users = Files.writeString(directory.resolve("users.txt"), "\"zoe\" \"secret\"\n\"ann\" \"secret\"\n");
        PoolerWorld world = new PoolerWorld("max_user_connections = 7\nauth_file = " + users);
        int before = rows(world, "SHOW USERS").size();

        Map<String, List<String>> shown = rows(world, "SHOW USERS");

        assertThat(shown).containsKeys("ann", "zoe");
        assertThat(shown.get("zoe")).containsExactly("zoe", "", "", null, "7", "0", "0", "0");
        assertThat(rows(world, "SHOW LISTS").get("users")).containsExactly("users", Integer.toString(before));
    }

    @Test
    void usersOfAFileThatIsReadAgainAreShown() throws IOException {
        Path users = Files.writeString(directory.resolve("users.txt"), "\"zoe\" \"secret\"\n");
        PoolerWorld world = new PoolerWorld("auth_file = " + users);
        Files.writeString(users, "\"zoe\" \"secret\"\n\"newcomer\" \"secret\"\n");

        world.console("RELOAD");

        assertThat(rows(world, "SHOW USERS")).containsKey("newcomer");
    }

    @Test
    void placesThatAreFreeGrowAsPgBouncers() {
        PoolerWorld world = new PoolerWorld("default_pool_size = 60");
        assertThat(rows(world, "SHOW LISTS").get("free_servers")).containsExactly("free_servers", "0");
        assertThat(rows(world, "SHOW LISTS").get("free_clients")).as("one of 50 is the console's").containsExactly("free_clients", "49");

        for (int i = 0; i < 51; i++) {
            world.ask(world.login(), "BEGIN");
        }

        assertThat(rows(world, "SHOW LISTS").get("free_servers")).containsExactly("free_servers", "49");
        assertThat(rows(world, "SHOW LISTS").get("free_clients")).containsExactly("free_clients", "48");
    }
}
