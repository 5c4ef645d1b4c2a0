package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pgsluice.simulation.RawServer;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/** Servers that break the protocol at their login: the client hears why at once, and they are not dialled again without end. */
class BrokenServerTest {
    private static final long SECOND = 1_000_000_000;

    private final SimulatedNetwork network = new SimulatedNetwork(7);

    private record World(SimulatedPooler pooler, SimulatedReactor outside) {
        RawServer server(RawServer.Talk talk) {
            return new RawServer(outside, SimulatedPooler.POSTGRES, talk);
        }
    }

    private static MessageWriter ok() {
        return new MessageWriter().begin(BackendTag.AUTHENTICATION).int32(0).end();
    }

    private static byte[] header(char tag, int length) {
        return ByteBuffer.allocate(5).put((byte) tag).putInt(length).array();
    }

    private static byte[] behind(byte[] first, byte... second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }

    static Stream<Arguments> talks() {
        byte[] ready = new MessageWriter().begin(BackendTag.READY_FOR_QUERY).int8('I').end().toBytes();
        byte[] key = new MessageWriter().begin(BackendTag.BACKEND_KEY_DATA).int32(1).int32(2).end().toBytes();
        byte[] parameter = new MessageWriter().begin(BackendTag.PARAMETER_STATUS).cstring("a").cstring("b").end().toBytes();
        MessageWriter endless = ok();
        for (int i = 0; i < 1_100; i++) {
            endless.begin(BackendTag.PARAMETER_STATUS).cstring("name" + i).cstring("v").end();
        }
        return Stream.of(
                Arguments.of("ready before AuthenticationOk", ready),
                Arguments.of("key before AuthenticationOk", key),
                Arguments.of("parameter before AuthenticationOk", parameter),
                Arguments.of("ready in a transaction", behind(ok().toBytes(), new MessageWriter().begin(BackendTag.READY_FOR_QUERY).int8('T').end().toBytes())),
                Arguments.of("ready without a status", behind(ok().toBytes(), header('Z', 4))),
                Arguments.of("ready that is long", behind(ok().toBytes(), header('Z', 60_000))),
                Arguments.of("two AuthenticationOk", behind(ok().toBytes(), ok().toBytes())),
                Arguments.of(
                        "a request behind AuthenticationOk",
                        behind(ok().toBytes(), new MessageWriter().begin(BackendTag.AUTHENTICATION).int32(3).end().toBytes())),
                Arguments.of("an unknown authentication", new MessageWriter().begin(BackendTag.AUTHENTICATION).int32(99).end().toBytes()),
                Arguments.of("an authentication without a type", header('R', 4)),
                Arguments.of("SASL of 60 KB", header('R', 60_000)),
                Arguments.of("continuation of nothing", new MessageWriter().begin(BackendTag.AUTHENTICATION).int32(11).end().toBytes()),
                Arguments.of("end of nothing", new MessageWriter().begin(BackendTag.AUTHENTICATION).int32(12).end().toBytes()),
                Arguments.of("MD5 without a salt", new MessageWriter().begin(BackendTag.AUTHENTICATION).int32(5).end().toBytes()),
                Arguments.of("no SASL mechanism", new MessageWriter().begin(BackendTag.AUTHENTICATION).int32(10).end().toBytes()),
                Arguments.of("a row", behind(ok().toBytes(), new MessageWriter().begin(BackendTag.DATA_ROW).int16(0).end().toBytes())),
                Arguments.of("a key that is short", behind(ok().toBytes(), header('K', 4))),
                Arguments.of("a key that is long", behind(ok().toBytes(), header('K', 5_000))),
                Arguments.of(
                        "a parameter without an end",
                        behind(ok().toBytes(), new MessageWriter().begin(BackendTag.PARAMETER_STATUS).int8('a').end().toBytes())),
                Arguments.of("parameters without end", endless.toBytes()),
                Arguments.of("a length of zero", header('R', 0)),
                Arguments.of("a length below zero", header('R', -1)),
                Arguments.of("a length of a gigabyte", header('N', 1 << 30)),
                Arguments.of("HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    private World world(SimulatedNetwork of, String settings) {
        return new World(new SimulatedPooler(of, 1, SimulatedPooler.config(settings)), of.addReactor());
    }

    private static ScriptedClient connect(World world) {
        ScriptedClient client = world.pooler.connect(0, world.outside);
        client.send(Requests.startup("user", "someone", "database", "db"));
        return client;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("talks")
    void clientHearsItAtOnceAndTheServerIsLeftAlone(String what, byte[] talk) {
        World world = world(network, "");
        RawServer server = world.server((peer, bytes) -> peer.send(talk));

        ScriptedClient client = connect(world);
        network.advance(SECOND);

        assertThat(client.ended()).isTrue();
        assertThat(ScriptedClient.describe(client.received())).matches("E\\(SFATAL\\|C08P01\\|M..+\\|\\) ");
        network.advance(10 * SECOND);
        assertThat(server.peers()).hasSizeLessThanOrEqualTo(2).noneMatch(RawServer.Peer::isOpen);
        assertThat(world.pooler.buffersTaken()).isZero();
    }

    @Test
    void logNamesTheHostAndTheReasonOfAServerThatIsNotThere() {
        World world = world(network, "server_connect_timeout = 1\n");

        connect(world);
        network.advance(SECOND / 10);

        assertThat(world.pooler.log.lines())
                .anyMatch(line -> line.matches("WARNING S-0x\\p{XDigit}+: db/app@127.0.0.1:5432 connect failed: 127.0.0.1:5432: Connection refused"));
    }

    @Test
    void refusedLoginIsNotTriedAgainForThoseWhoWereTold() {
        World world = world(network, "");
        byte[] error = PgError.fatal("28P01", "password authentication failed").toErrorResponse();
        RawServer server = world.server((peer, bytes) -> peer.send(error));
        List<ScriptedClient> clients = List.of(connect(world), connect(world), connect(world));

        network.advance(10 * SECOND);

        assertThat(clients).allMatch(ScriptedClient::ended);
        assertThat(server.peers()).hasSize(1);
    }

    @Test
    void errorWithoutFieldsHasAText() {
        World world = world(network, "");
        world.server((peer, bytes) -> peer.send(new MessageWriter().begin(BackendTag.ERROR_RESPONSE).int8(0).end().toBytes()));

        ScriptedClient client = connect(world);
        network.advance(SECOND);

        assertThat(ScriptedClient.describe(client.received())).isEqualTo("E(SFATAL|C08P01|Mserver sent an error without a message|) ");
    }

    @Test
    void stateThatIsNoneIsNotPassedOn() {
        World world = world(network, "");
        byte[] error = new MessageWriter().begin(BackendTag.ERROR_RESPONSE).int8('C').cstring("x".repeat(100)).int8('M').cstring("no").int8(0).end().toBytes();
        world.server((peer, bytes) -> peer.send(error));

        ScriptedClient client = connect(world);
        network.advance(SECOND);

        assertThat(ScriptedClient.describe(client.received())).isEqualTo("E(SFATAL|C08P01|Mno|) ");
    }

    @Test
    void connectQueryThatWaitsForDataIsNoLogin() {
        for (String answer : List.of("copy", "transaction")) {
            SimulatedNetwork fresh = new SimulatedNetwork(7);
            World world = world(fresh, "[databases]\ndb = host=127.0.0.1 port=5432 user=app connect_query='COPY t FROM STDIN'\n");
            MessageWriter login = ok().begin(BackendTag.READY_FOR_QUERY).int8('I').end();
            MessageWriter reply = answer.equals("copy")
                    ? new MessageWriter().begin(BackendTag.COPY_IN_RESPONSE).int8(0).int16(0).end()
                    : new MessageWriter().begin(BackendTag.COMMAND_COMPLETE).cstring("BEGIN").end().begin(BackendTag.READY_FOR_QUERY).int8('T').end();
            RawServer server = world.server((peer, bytes) -> peer.send(peer.count() == 1 ? login.toBytes() : reply.toBytes()));

            ScriptedClient client = connect(world);
            fresh.advance(SECOND);

            assertThat(client.ended()).as(answer).isTrue();
            assertThat(server.peers()).as(answer).noneMatch(RawServer.Peer::isOpen);
        }
    }
}
