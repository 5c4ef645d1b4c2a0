package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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

/** Answers to auth_query that make no sense: the client is told, the server is not used again, and nothing is left behind. */
class AuthQueryTest {
    private static final long SECOND = 1_000_000_000;

    private final SimulatedNetwork network = new SimulatedNetwork(7);
    private final SimulatedPooler pooler = new SimulatedPooler(
            network, 1, SimulatedPooler.config("auth_type = plain\nauth_user = asker\nserver_reset_query =\n"));
    private final SimulatedReactor outside = network.addReactor();

    private static MessageWriter prepared() {
        return new MessageWriter().begin(BackendTag.PARSE_COMPLETE).end().begin(BackendTag.BIND_COMPLETE).end();
    }

    private static MessageWriter described(int columns) {
        MessageWriter out = prepared().begin(BackendTag.ROW_DESCRIPTION).int16(columns);
        for (int i = 0; i < columns; i++) {
            out.cstring("c").int32(0).int16(0).int32(25).int16(-1).int32(-1).int16(0);
        }
        return out.end();
    }

    private static byte[] answered(MessageWriter out, char status) {
        out.begin(BackendTag.COMMAND_COMPLETE).cstring("SELECT 1").end();
        return out.begin(BackendTag.READY_FOR_QUERY).int8(status).end().toBytes();
    }

    static Stream<Arguments> answers() {
        byte[] x = {'x'};
        return Stream.of(
                Arguments.of("one column", answered(described(1), 'I')),
                Arguments.of("three columns", answered(described(3), 'I')),
                Arguments.of("a description of nothing", answered(prepared().begin(BackendTag.ROW_DESCRIPTION).end(), 'I')),
                Arguments.of("a row of nothing", answered(described(2).begin(BackendTag.DATA_ROW).end(), 'I')),
                Arguments.of("a row of one column", answered(described(2).begin(BackendTag.DATA_ROW).int16(1).int32(1).bytes(x).end(), 'I')),
                Arguments.of("a name that is cut", answered(described(2).begin(BackendTag.DATA_ROW).int16(2).int32(900).bytes(x).end(), 'I')),
                Arguments.of(
                        "a secret that is cut",
                        answered(described(2).begin(BackendTag.DATA_ROW).int16(2).int32(1).bytes(x).int32(900).bytes(x).end(), 'I')),
                Arguments.of(
                        "a length below -1",
                        answered(described(2).begin(BackendTag.DATA_ROW).int16(2).int32(1).bytes(x).int32(-5).bytes(x).end(), 'I')),
                Arguments.of(
                        "more than two columns",
                        answered(described(2).begin(BackendTag.DATA_ROW).int16(2).int32(1).bytes(x).int32(1).bytes(x).bytes(x).end(), 'I')),
                Arguments.of("a transaction", answered(described(2).begin(BackendTag.DATA_ROW).int16(2).int32(1).bytes(x).int32(1).bytes(x).end(), 'T')),
                Arguments.of("an error", answered(new MessageWriter().bytes(PgError.fatal("42P01", "no such table").toErrorResponse()), 'I')),
                Arguments.of(
                        "a secret of 300 KB",
                        answered(described(2).begin(BackendTag.DATA_ROW).int16(2).int32(1).bytes(x).int32(300_000).bytes(new byte[300_000]).end(), 'I')));
    }

    private RawServer serve(byte[] answer) {
        byte[] welcome = new MessageWriter().begin(BackendTag.AUTHENTICATION).int32(0).end().begin(BackendTag.READY_FOR_QUERY).int8('I').end().toBytes();
        return new RawServer(outside, SimulatedPooler.POSTGRES, (peer, bytes) -> peer.send(peer.count() == 1 ? welcome : answer));
    }

    private ScriptedClient knock() {
        ScriptedClient client = pooler.connect(0, outside);
        client.send(Requests.startup("user", "someone", "database", "db"));
        network.advance(SECOND);
        return client;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void answerThatMakesNoSenseEndsTheLogin(String what, byte[] answer) {
        RawServer server = serve(answer);

        ScriptedClient client = knock();

        assertThat(ScriptedClient.describe(client.received())).isEqualTo("E(SFATAL|C08P01|Mbouncer config error|) ");
        assertThat(client.ended()).isTrue();
        assertThat(server.peers()).hasSize(1).noneMatch(RawServer.Peer::isOpen);
        assertThat(pooler.buffersTaken()).isZero();
        assertThat(pooler.books.registry().databases()).allMatch(database -> database.clientCount() == 0 && database.serverCount() == 0);
    }

    @Test
    void noRowIsNoUser() {
        RawServer server = serve(answered(described(2), 'I'));

        assertThat(ScriptedClient.describe(knock().received())).isEqualTo("E(SFATAL|C28P01|Mno such user|) ");
        assertThat(ScriptedClient.describe(knock().received())).isEqualTo("E(SFATAL|C28P01|Mno such user|) ");
        assertThat(server.peers()).hasSize(1).allMatch(RawServer.Peer::isOpen);
    }

    @Test
    void rowWithoutANameIsNoUser() {
        RawServer server = serve(answered(described(2).begin(BackendTag.DATA_ROW).int16(2).int32(-1).int32(1).bytes(new byte[] {'x'}).end(), 'I'));

        assertThat(ScriptedClient.describe(knock().received())).isEqualTo("E(SFATAL|C28P01|Mno such user|) ");
        assertThat(server.peers()).hasSize(1).allMatch(RawServer.Peer::isOpen);
    }

    @Test
    void clientThatLeavesMeanwhileLeavesNothing() {
        RawServer server = serve(new byte[0]);
        ScriptedClient client = knock();
        assertThat(client.ended()).isFalse();

        client.close();
        network.advance(SECOND);

        assertThat(server.peers()).hasSize(1).noneMatch(RawServer.Peer::isOpen);
        assertThat(pooler.buffersTaken()).isZero();
        assertThat(pooler.books.registry().databases()).allMatch(database -> database.clientCount() == 0 && database.serverCount() == 0);
    }

    @Test
    void secretOfNothingFitsNobody() {
        serve(answered(described(2).begin(BackendTag.DATA_ROW).int16(2).int32(1).bytes("u".getBytes(StandardCharsets.UTF_8)).int32(-1).end(), 'I'));
        ScriptedClient client = knock();
        client.takeReceived();

        client.send(new MessageWriter().begin((byte) 'p').cstring("anything").end().toBytes());
        network.advance(SECOND);

        assertThat(ScriptedClient.describe(client.received())).isEqualTo("E(SFATAL|C28P01|Mpassword authentication failed|) ");
    }
}
