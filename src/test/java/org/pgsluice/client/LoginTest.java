package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pgsluice.auth.Credentials;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.RawServer;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/** Who gets in, who does not, and what strangers leave behind. */
class LoginTest {
    private static final Config PLAIN = config("auth_type = plain\nadmin_users = boss\n");

    private final SimulatedNetwork network = new SimulatedNetwork(7);
    private final Map<String, Credentials> users = new HashMap<>();

    private record World(SimulatedPooler pooler, SimulatedReactor outside) {}

    private static Config config(String settings) {
        return SimulatedPooler.config(settings + "[databases]\n* = host=127.0.0.1 port=5432\n");
    }

    private World world(Config config) {
        SimulatedPooler pooler = new SimulatedPooler(network, 1, config);
        pooler.commons.credentials(users::get);
        users.put("boss", Credentials.parse("boss", "secret".getBytes(StandardCharsets.UTF_8)));
        users.put("app", Credentials.parse("app", "secret".getBytes(StandardCharsets.UTF_8)));
        return new World(pooler, network.addReactor());
    }

    private ScriptedClient begin(World world, byte[] first) {
        ScriptedClient client = world.pooler.connect(0, world.outside);
        client.send(first);
        network.runUntilIdle();
        return client;
    }

    private static byte[] password(String text) {
        return new MessageWriter().begin(FrontendTag.PASSWORD).cstring(text).end().toBytes();
    }

    /** Sends a startup packet and, when asked, a password; returns all that came behind the request for it. */
    private String login(World world, String user, String database, String password) {
        ScriptedClient client = begin(world, Requests.startup("user", user, "database", database));
        client.takeReceived();
        client.send(password(password));
        network.runUntilIdle();
        return ScriptedClient.describe(client.received());
    }

    @Test
    void wrongPasswordIsTheSqlstateThatDriversKnow() {
        World world = world(PLAIN);

        assertThat(login(world, "app", "db", "wrong")).isEqualTo("E(SFATAL|C28P01|Mpassword authentication failed|) ");
        assertThat(login(world, "nobody", "db", "wrong")).isEqualTo("E(SFATAL|C28P01|Mpassword authentication failed|) ");
    }

    @Test
    void reasonOfAFailedScramLoginIsInTheLog() {
        World world = world(config("auth_type = scram-sha-256\n"));
        users.put("old", Credentials.parse("old", ("md5" + "0".repeat(32)).getBytes(StandardCharsets.UTF_8)));
        ScriptedClient client = begin(world, Requests.startup("user", "old", "database", "db"));

        byte[] broken = "x,,n=,r=".getBytes(StandardCharsets.US_ASCII);
        client.send(new MessageWriter().begin(FrontendTag.PASSWORD).cstring("SCRAM-SHA-256").int32(broken.length).bytes(broken).end().toBytes());
        network.runUntilIdle();

        assertThat(ScriptedClient.describe(client.received())).contains("28P01");
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.startsWith("LOG") && line.contains("malformed SCRAM message"));
    }

    @Test
    void saslMessageThatIsTooLongIsRefusedByItsHeader() {
        World world = world(config("auth_type = scram-sha-256\n"));
        ScriptedClient client = begin(world, Requests.startup("user", "app", "database", "db"));
        client.takeReceived();

        client.send(ByteBuffer.allocate(5).put(FrontendTag.PASSWORD).putInt(60_000).array());
        network.runUntilIdle();

        assertThat(ScriptedClient.describe(client.received())).contains("password too long");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void consoleAsksForThePasswordBeforeItSaysNo() {
        World world = world(PLAIN);

        assertThat(login(world, "app", "pgbouncer", "wrong")).contains("password authentication failed");
        assertThat(login(world, "app", "pgbouncer", "secret")).contains("not allowed");
    }

    @Test
    void databaseOfTheStarEntryIsRegisteredByAProofOnly() {
        World world = world(PLAIN);

        for (int i = 0; i < 50; i++) {
            login(world, "nobody", "scan" + i, "wrong");
            login(world, "app", "scan" + i, "wrong");
        }
        assertThat(world.pooler.books.registry().database("scan0")).isNull();
        assertThat(world.pooler.books.registry().databases()).hasSize(1);
        assertThat(world.pooler.books.registry().findUser("nobody")).isNull();

        login(world, "app", "real", "secret");
        assertThat(world.pooler.books.registry().database("real")).isNotNull();
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.endsWith("registered new auto-database: real"));
    }

    @Test
    void starEntryStandsForNoNameBeyondPostgresLimit() {
        World world = world(PLAIN);

        assertThat(login(world, "app", "n".repeat(64), "secret")).startsWith("E(SFATAL|C3D000|Mno such database: ");
        assertThat(login(world, "app", "é".repeat(32), "secret")).startsWith("E(SFATAL|C3D000|Mno such database: ");
        login(world, "app", "n".repeat(63), "secret");
        assertThat(world.pooler.books.registry().databases()).hasSize(2);
    }

    @Test
    void startupPacketBeyondPostgresLimitIsRefusedByItsHeader() {
        World world = world(config("auth_type = plain\nsession_state = reported\n"));

        ScriptedClient longer = begin(world, ByteBuffer.allocate(8).putInt(10_005).putInt(196_608).array());
        assertThat(ScriptedClient.describe(longer.received())).contains("bad packet header");
        ScriptedClient longest = begin(world, startupOf(10_004));
        assertThat(ScriptedClient.describe(longest.received())).contains("unsupported startup parameter: x");
    }

    private static byte[] startupOf(int length) {
        byte[] rest = Requests.startup("user", "app", "x", "");
        return Requests.startup("user", "app", "x", "v".repeat(length - rest.length));
    }

    @Test
    void oldestUnfinishedLoginsGoWhenThereAreTooMany() {
        World world = world(PLAIN);
        ScriptedClient slow = begin(world, Requests.startup("user", "app", "database", "db"));
        List<ScriptedClient> strangers = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            strangers.add(begin(world, Arrays.copyOf(startupOf(10_000), 9_000)));
        }

        long refused = strangers.stream().filter(ScriptedClient::ended).count();
        assertThat(world.pooler.logins().memory().total()).isBetween(7L << 20, LoginMemory.MOST_BYTES);
        assertThat(refused).isBetween(150L, 250L);
        assertThat(strangers.subList(0, (int) refused)).allMatch(ScriptedClient::ended);
        assertThat(ScriptedClient.describe(strangers.getFirst().received())).isEqualTo("E(SFATAL|C53300|Mtoo many unfinished logins|) ");
        assertThat(slow.ended()).isFalse();

        slow.close();
        strangers.forEach(ScriptedClient::close);
        network.runUntilIdle();
        assertThat(world.pooler.logins().memory().total()).isZero();
        assertThat(world.pooler.buffersTaken()).isZero();
    }

    @Test
    void whatStandsInTheStartupPacketsOfStrangersIsBoundedToo() {
        World world = world(config("auth_type = plain\nmax_client_conn = 1000\n"));
        List<ScriptedClient> strangers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            strangers.add(begin(world, Requests.startup("user", "app", "database", "db", "application_name", "x".repeat(9_900))));
        }

        assertThat(strangers.stream().filter(ScriptedClient::ended).count()).isBetween(150L, 250L);
        assertThat(world.pooler.logins().memory().total()).isLessThanOrEqualTo(LoginMemory.MOST_BYTES);
        ScriptedClient last = strangers.getLast();
        last.takeReceived();
        last.send(password("secret"));
        network.advance(1_000_000_000L);
        assertThat(ScriptedClient.describe(last.received())).isEmpty();
        assertThat(last.ended()).as("it waits for the server, which is not there").isFalse();

        strangers.forEach(ScriptedClient::close);
        network.runUntilIdle();
        assertThat(world.pooler.logins().memory().total()).isZero();
    }

    @Test
    void addressWhoseLoginsFailIsRefusedForAWhile() {
        World world = world(config("auth_type = plain\nmax_login_failures = 3\n"));

        for (int i = 0; i < 3; i++) {
            assertThat(login(world, "app", "db", "wrong")).contains("password authentication failed");
        }
        String refused = ScriptedClient.describe(begin(world, Requests.startup("user", "app", "database", "db")).received());
        assertThat(refused).isEqualTo("E(SFATAL|C28000|Mtoo many failed logins from this address|) ");

        network.advance(60_000_000_000L);
        assertThat(login(world, "app", "db", "wrong")).contains("password authentication failed");
    }

    @Test
    void failedLoginsAreNotCountedUnlessAskedFor() {
        World world = world(PLAIN);

        for (int i = 0; i < 20; i++) {
            assertThat(login(world, "app", "db", "wrong")).contains("password authentication failed");
        }
    }

    @Test
    void encryptionIsAskedForOnceOfEachKind() {
        World world = world(PLAIN);
        byte[] ssl = ByteBuffer.allocate(8).putInt(8).putInt(80_877_103).array();
        ScriptedClient client = begin(world, ssl);
        assertThat(client.takeReceived()).containsExactly('N');

        client.send(ssl);
        network.runUntilIdle();
        assertThat(ScriptedClient.describe(client.received())).contains("unsupported protocol version 1234.5679");
    }

    // ---------------------------------------------------------------- auth_query

    /** A server where everybody is let in and each query is answered with one row. */
    private void answerWith(World world, String name, String secret) {
        new RawServer(world.outside, SimulatedPooler.POSTGRES, (peer, bytes) -> {
            MessageWriter out = new MessageWriter();
            if (peer.count() == 1) {
                out.begin(BackendTag.AUTHENTICATION).int32(0).end();
                out.begin(BackendTag.BACKEND_KEY_DATA).int32(1).int32(2).end();
            } else if (bytes[0] == FrontendTag.PARSE) {
                out.begin(BackendTag.PARSE_COMPLETE).end().begin(BackendTag.BIND_COMPLETE).end();
                out.begin(BackendTag.ROW_DESCRIPTION).int16(2);
                out.cstring("n").int32(0).int16(0).int32(25).int16(-1).int32(-1).int16(0);
                out.cstring("s").int32(0).int16(0).int32(25).int16(-1).int32(-1).int16(0).end();
                out.begin(BackendTag.DATA_ROW).int16(2).int32(name.length()).bytes(name.getBytes(StandardCharsets.UTF_8));
                out.int32(secret.length()).bytes(secret.getBytes(StandardCharsets.UTF_8)).end();
                out.begin(BackendTag.COMMAND_COMPLETE).cstring("SELECT 1").end();
            }
            out.begin(BackendTag.READY_FOR_QUERY).int8('I').end();
            peer.send(out.toBytes());
        });
    }

    @Test
    void userThatADatabaseKnowsIsRegisteredByAProofOnly() {
        World world = world(config("auth_type = plain\nauth_user = asker\n"));
        answerWith(world, "known", "pass");

        assertThat(login(world, "known", "db", "wrong")).contains("28P01");
        assertThat(world.pooler.books.registry().findUser("known")).isNull();
        assertThat(world.pooler.commons.asked().find("db", "known")).isNull();

        assertThat(login(world, "known", "db", "pass")).endsWith("Z(I) ");
        assertThat(world.pooler.books.registry().findUser("known")).isNotNull();
        assertThat(world.pooler.commons.asked().find("db", "known")).isNotNull();
    }

    @Test
    void nameThatTheQueryReturnsCounts() {
        World world = world(config("auth_type = plain\nauth_user = asker\n"));
        answerWith(world, "alias", "pass");

        assertThat(login(world, "SOMEBODY", "real", "pass")).endsWith("Z(I) ");
        assertThat(world.pooler.books.registry().pools()).anyMatch(pool -> pool.user().name().equals("alias"));
        assertThat(world.pooler.books.registry().findUser("SOMEBODY")).isNull();
    }

    @Test
    void databaseThatWasOnlyAskedIsProvisional() {
        World world = world(config("auth_type = plain\nauth_user = asker\n"));
        answerWith(world, "known", "pass");

        login(world, "known", "scan", "wrong");
        assertThat(world.pooler.books.registry().isProvisional(world.pooler.books.registry().provisional("scan"))).isTrue();

        login(world, "known", "scan", "pass");
        assertThat(world.pooler.books.registry().isProvisional(world.pooler.books.registry().provisional("scan"))).isFalse();
    }
}
