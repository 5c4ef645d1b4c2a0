package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.ServerAuth;
import org.pgsluice.simulation.RawServer;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/** What security advisories of PgBouncer describe, tried before a login. */
class AdvisoriesTest {
    /** What PostgreSQL 15 makes of the password pencil. */
    private static final String PENCIL =
            "SCRAM-SHA-256$4096:Gm2DHaO5QJl1YaZzZDRGKw==$wFvoJbXCewx/qVHUHivaMTvg8+GHPqdNPKAre4it0pg=:5YEMyIKg2/xgRsM/lzG2J12DdM/W8n5ECjhbiNiZur0=";

    private final Map<String, Credentials> users = new HashMap<>();
    private SimulatedNetwork network;
    private SimulatedReactor outside;

    private SimulatedPooler pooler(String settings) {
        network = new SimulatedNetwork(23);
        SimulatedPooler pooler = new SimulatedPooler(network, 1, SimulatedPooler.config(settings));
        pooler.commons.credentials(users::get);
        users.put("app", Credentials.parse("app", PENCIL.getBytes(StandardCharsets.UTF_8)));
        users.put("boss", Credentials.parse("boss", PENCIL.getBytes(StandardCharsets.UTF_8)));
        outside = network.addReactor();
        return pooler;
    }

    private void send(ScriptedClient client, byte[] bytes) {
        client.send(bytes);
        network.runUntilIdle();
    }

    private static byte[] saslInitial() {
        byte[] first = "n,,n=,r=nonce".getBytes(StandardCharsets.US_ASCII);
        return new MessageWriter().begin(FrontendTag.PASSWORD).cstring("SCRAM-SHA-256").int32(first.length).bytes(first).end().toBytes();
    }

    /** CVE-2026-107350: the second packet changed the user in the midst of the proof. */
    @ParameterizedTest
    @ValueSource(strings = {"db", "missing"})
    void secondStartupPacketDuringTheProofEndsTheLogin(String database) {
        SimulatedPooler pooler = pooler("auth_type = scram-sha-256\n");
        for (boolean begun : new boolean[] {false, true}) {
            ScriptedClient client = pooler.connect(0, outside);
            send(client, Requests.startup("user", "app", "database", database));
            if (begun) {
                send(client, saslInitial());
            }
            client.takeReceived();

            send(client, Requests.startup("user", "boss", "database", "db"));

            assertThat(ScriptedClient.describe(client.received())).contains("bad packet header");
            assertThat(client.ended()).isTrue();
        }
    }

    /** CVE-2026-107349: an empty name in options was looked for without end. */
    @ParameterizedTest
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @ValueSource(strings = {"-c=", "-c =", "-c=1", "--=", "-c", "--", "-", "-c a=1 -c="})
    void optionWithoutANameIsAnswered(String options) {
        for (String ignored : new String[] {"", "a", "a,b", "a, b"}) {
            SimulatedPooler pooler = pooler("auth_type = plain\nsession_state = reported\nignore_startup_parameters = " + ignored + "\n");
            ScriptedClient client = pooler.connect(0, outside);

            send(client, Requests.startup("user", "app", "database", "db", "options", options));

            assertThat(ScriptedClient.describe(client.received())).contains("startup parameter");
            assertThat(client.ended()).isTrue();
        }
    }

    /** CVE-2026-107348 and CVE-2026-6668: a length around 2^31 overflowed the size of the buffer. */
    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, Integer.MIN_VALUE + 8, -1, Integer.MAX_VALUE, Integer.MAX_VALUE - 4})
    void lengthAroundTheGreatestNumberTakesNoMemory(int length) {
        SimulatedPooler pooler = pooler("auth_type = plain\nmax_packet_size = 4294967295\n");
        ScriptedClient first = pooler.connect(0, outside);
        send(first, ByteBuffer.allocate(8).putInt(length).putInt(196_608).array());
        assertThat(ScriptedClient.describe(first.received())).contains("bad packet header");
        assertThat(first.ended()).isTrue();

        ScriptedClient later = pooler.connect(0, outside);
        send(later, Requests.startup("user", "app", "database", "db"));
        later.takeReceived();
        send(later, ByteBuffer.allocate(5).put(FrontendTag.PASSWORD).putInt(length).array());
        assertThat(ScriptedClient.describe(later.received())).containsAnyOf("bad packet header", "password too long");
        assertThat(later.ended()).isTrue();
        assertThat(pooler.buffersTaken()).isZero();
    }

    /** CVE-2026-6666: an error without a SQLSTATE was read as if it had one. */
    @ParameterizedTest
    @ValueSource(strings = {"SFATAL\0Mgo away\0\0", "SFATAL\0C\0Mgo away\0\0", "SFATAL\0C1\0Mgo away\0\0", "Mgo away\0", "\0", ""})
    void serversErrorWithoutASqlstateIsAnErrorForTheClient(String fields) {
        SimulatedPooler pooler = pooler("auth_type = any\n");
        byte[] error = new MessageWriter().begin(BackendTag.ERROR_RESPONSE).bytes(fields.getBytes(StandardCharsets.US_ASCII)).end().toBytes();
        RawServer server = new RawServer(outside, SimulatedPooler.POSTGRES, (peer, bytes) -> peer.send(error));
        ScriptedClient client = pooler.connect(0, outside);

        client.send(Requests.startup("user", "app", "database", "db"));
        network.advance(1_000_000_000);

        assertThat(ScriptedClient.describe(client.received())).startsWith("E(SFATAL|C08P01|M").contains(fields.contains("M") ? "go away" : "without a message");
        assertThat(server.peers()).isNotEmpty().noneMatch(RawServer.Peer::isOpen);
        assertThat(pooler.buffersTaken()).isZero();
    }

    /** CVE-2025-12819: the search_path of a client that had proven nothing was set where auth_query then ran. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingOfTheClientReachesTheServerThatIsAskedForItsSecret(boolean again) {
        SimulatedPooler pooler = pooler("auth_type = plain\nauth_user = asker\ntrack_extra_parameters = search_path\n");
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        new RawServer(outside, SimulatedPooler.POSTGRES, (peer, bytes) -> {
            heard.writeBytes(bytes);
            MessageWriter out = new MessageWriter();
            if (peer.count() == 1) {
                out.begin(BackendTag.AUTHENTICATION).int32(0).end();
                out.begin(BackendTag.PARAMETER_STATUS).cstring("search_path").cstring("public").end();
            } else if (bytes[0] == FrontendTag.PARSE) {
                out.begin(BackendTag.PARSE_COMPLETE).end().begin(BackendTag.BIND_COMPLETE).end().begin(BackendTag.NO_DATA).end();
                out.begin(BackendTag.COMMAND_COMPLETE).cstring("SELECT 0").end();
            }
            peer.send(out.begin(BackendTag.READY_FOR_QUERY).int8('I').end().toBytes());
        });
        for (int i = 0; i < (again ? 2 : 1); i++) {
            ScriptedClient client = pooler.connect(0, outside);
            client.send(Requests.startup("user", "nobody", "database", "db", "search_path", "evil", "application_name", "evil"));
            network.advance(1_000_000_000);
            assertThat(ScriptedClient.describe(client.received())).contains("no such user");
        }

        assertThat(heard.toString(StandardCharsets.ISO_8859_1)).contains("FROM pg_authid").doesNotContain("evil", "set_config");
    }

    /** The keys of a client's login are kept for that user alone, also where servers log in as another. */
    @Test
    void keysOfALoginAreNeverThoseOfTheForcedUser() {
        SimulatedPooler pooler = pooler("auth_type = scram-sha-256\n");
        ScriptedClient client = pooler.connect(0, outside);
        ServerAuth scram = new ServerAuth(Credentials.parse("boss", "pencil".getBytes(StandardCharsets.UTF_8)), "boss", network.randomSource(), null);
        send(client, Requests.startup("user", "boss", "database", "db"));
        for (int i = 0; i < 2; i++) {
            ByteBuffer request = ByteBuffer.wrap(client.takeReceived()).position(5);
            ServerAuth.Step step = scram.onRequest(request.getInt(), request.slice());
            if (step instanceof ServerAuth.Step.Derive derive) {
                derive.work().run();
                step = scram.resume();
            }
            send(client, ((ServerAuth.Step.Send) step).frame());
        }

        assertThat(users.get("boss").learntKeys()).isNotNull();
        assertThat(users.get("app").learntKeys()).as("the user that servers of db log in as").isNull();
    }
}
