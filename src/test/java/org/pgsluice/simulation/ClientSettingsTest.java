package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.wire.MessageWriter;

/** What settings change for a client. */
class ClientSettingsTest {
    @TempDir
    Path directory;

    private Path users(String lines) throws IOException {
        return Files.writeString(directory.resolve("users.txt"), lines);
    }

    @Test
    void messageIsGivenToEachThatLogsIn() {
        PoolerWorld world = new PoolerWorld("login_notify_message = we move on Sunday");

        String greeting = PoolerWorld.take(world.knock());

        assertThat(greeting).contains("N(SNOTICE|").contains("we move on Sunday").endsWith("Z(I) ");
    }

    @Test
    void addressOfTheClientStandsInItsApplicationName() {
        PoolerWorld world = new PoolerWorld("application_name_add_host = 1");
        ScriptedClient client = world.knockAt("db", "application_name", "shop");
        PoolerWorld.take(client);

        assertThat(world.ask(client, "SHOW application_name")).contains("shop - 127.0.0.1:");
    }

    @Test
    void simpleQueriesAreRefusedWhereTheyAreNotWanted() {
        PoolerWorld world = new PoolerWorld("disable_pqexec = 1");
        ScriptedClient extended = world.login();
        ScriptedClient simple = world.login();
        extended.send(new Requests().parse("", "SELECT 'a.1'").bind("").execute(0).sync().toBytes());
        world.soon();

        assertThat(PoolerWorld.take(extended)).endsWith("Z(I) ");
        assertThat(world.ask(simple, "SELECT 'a.1'")).contains("PQexec disallowed");
        assertThat(simple.ended()).isTrue();
    }

    @Test
    void messageThatIsTooLongIsRefusedByItsHeader() {
        PoolerWorld world = new PoolerWorld("max_packet_size = 100");
        ScriptedClient client = world.login();
        assertThat(world.ask(client, "SELECT 'a.1'")).endsWith("Z(I) ");

        client.send(new MessageWriter().int8('Q').int32(100).toBytes());
        world.soon();

        assertThat(PoolerWorld.take(client)).contains("bad packet header: '5100000064'");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void connectionsAreLoggedOrNot() {
        PoolerWorld told = new PoolerWorld("log_connections = 1\nlog_disconnections = 1");
        PoolerWorld silent = new PoolerWorld("log_connections = 0\nlog_disconnections = 0");
        told.login().close();
        silent.login().close();
        told.soon();
        silent.soon();

        assertThat(told.hasLogged("login attempt: db=db")).isTrue();
        assertThat(told.hasLogged("closing because: client unexpected eof")).isTrue();
        assertThat(silent.hasLogged("login attempt")).isFalse();
        assertThat(silent.hasLogged("new connection to server")).isFalse();
        assertThat(silent.hasLogged("closing because")).isFalse();
    }

    @Test
    void errorsOfThePoolerAreLoggedOrNot() {
        PoolerWorld told = new PoolerWorld("log_pooler_errors = 1");
        PoolerWorld silent = new PoolerWorld("log_pooler_errors = 0");
        told.knockAt("nowhere");
        silent.knockAt("nowhere");

        assertThat(told.hasLogged("pooler error: ")).isTrue();
        assertThat(silent.hasLogged("pooler error: ")).isFalse();
    }

    @Test
    void secretMayComeFromAnotherDatabase() throws IOException {
        PoolerWorld world = new PoolerWorld(
                "db = host=127.0.0.1 port=5432\nsecrets = host=127.0.0.1 port=5432",
                "auth_type = plain\nauth_user = asker\nauth_dbname = secrets\nauth_query = SELECT usename, passwd FROM pg_shadow WHERE usename=$1\nauth_file = "
                        + users("\"asker\" \"secret of asker\"\n"));
        ScriptedClient client = world.knockAt("db");
        client.send(new MessageWriter().begin((byte) 'p').cstring("secret of root").end().toBytes());
        world.soon();

        assertThat(PoolerWorld.take(client)).endsWith("Z(I) ");
        assertThat(world.postgres.backends()).extracting(backend -> backend.user() + "@" + backend.database())
                .containsExactlyInAnyOrder("asker@secrets", "root@db");
    }

    @Test
    void iterationsOfAVerifierMadeFromAPasswordAreThoseOfTheSetting() throws IOException {
        PoolerWorld world = new PoolerWorld("auth_type = scram-sha-256\nscram_iterations = 1234\nauth_file = " + users("\"root\" \"secret\"\n"));
        ScriptedClient client = world.knock();
        byte[] first = "n,,n=,r=nonce".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        client.send(new MessageWriter().begin((byte) 'p').cstring("SCRAM-SHA-256").int32(first.length).bytes(first).end().toBytes());
        world.soon();

        assertThat(PoolerWorld.take(client)).contains(",i=1234)");
    }

    @Test
    void whoMayOnlyLookMayOnlyLook() {
        PoolerWorld world = new PoolerWorld("admin_users = boss\nstats_users = root");
        ScriptedClient client = world.loginTo("pgbouncer");

        assertThat(world.ask(client, "SHOW VERSION")).contains("C(SHOW|)");
        assertThat(world.ask(client, "PAUSE")).contains("admin access needed");
    }
}
