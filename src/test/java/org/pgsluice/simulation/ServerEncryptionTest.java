package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/** What a server may answer when it is asked for TLS, and what nobody may put behind the answer. */
class ServerEncryptionTest {
    private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

    private final PoolerWorld world = new PoolerWorld("db = host=127.0.0.1 port=5433 user=app", "server_connect_timeout = 3\nquery_wait_timeout = 5\n");

    private RawServer answering(String... answers) {
        return RawServer.talkingAboutTls(world.outside, new InetSocketAddress(PoolerWorld.POSTGRES.getAddress(), 5433), (peer, bytes) -> {
            if (peer.count() == 1) {
                assertThat(bytes).isEqualTo(SSL_REQUEST);
            }
            if (peer.count() <= answers.length) {
                peer.send(answers[peer.count() - 1].getBytes(StandardCharsets.ISO_8859_1));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "E, bad sslreq answer",
        "EFATAL: too many connections, bad sslreq answer",
        "X, bad sslreq answer",
        "R, bad sslreq answer",
        "HTTP/1.1 400 Bad Request, bad sslreq answer",
        "SR, received unencrypted data after SSL response",
        "NR, received unencrypted data after SSL response",
        "NN, received unencrypted data after SSL response",
    })
    void otherAnswersEndTheConnection(String answer, String reason) {
        RawServer server = answering(answer);
        world.knock();
        world.pass(1);

        assertThat(world.closings(reason)).isPositive();
        assertThat(server.peers()).noneMatch(RawServer.Peer::isOpen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "HTTP/1.1 400 Bad Request\r\n\r\n", "\u0015\u0003\u0003\0\u0002\u0002("})
    void whatIsNoHandshakeEndsTheConnection(String talk) {
        RawServer server = answering("S", talk);
        ScriptedClient client = world.knock();
        world.pass(8);

        assertThat(server.peers()).noneMatch(RawServer.Peer::isOpen);
        assertThat(PoolerWorld.take(client)).contains("query_wait_timeout");
        assertThat(world.buffersTaken()).isZero();
    }

    @Test
    void plainConnectionGoesOnBehindNo() {
        RawServer server = answering("N");
        world.knock();
        world.pass(1);

        assertThat(server.peers()).first().matches(peer -> peer.count() == 2, "the startup packet came");
    }

    /** PostgreSQL 19 warns at the login, for instance of a password by MD5. */
    @Test
    void warningsAtTheLoginAreNoHindrance() {
        MessageWriter out = new MessageWriter();
        PgError.notice("early").write(out, BackendTag.NOTICE_RESPONSE);
        out.begin(BackendTag.AUTHENTICATION).int32(0).end();
        PgError.notice("late").write(out, BackendTag.NOTICE_RESPONSE);
        out.begin(BackendTag.BACKEND_KEY_DATA).int32(1).int32(2).end();
        PgError.notice("last").write(out, BackendTag.NOTICE_RESPONSE);
        out.begin(BackendTag.READY_FOR_QUERY).int8('I').end();
        answering("N", new String(out.toBytes(), StandardCharsets.ISO_8859_1));

        ScriptedClient client = world.knock();
        world.pass(1);

        assertThat(PoolerWorld.take(client)).endsWith("Z(I) ").doesNotContain("early", "late", "last");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S"})
    void silenceEndsWithTheConnectTimeout(String answer) {
        RawServer server = answering(answer);
        world.knock();
        world.pass(5);

        assertThat(world.closings("connect timeout")).isPositive();
        assertThat(server.peers()).first().matches(peer -> !peer.isOpen());
    }

    @Test
    void serverThatLeavesIsTriedAgain() {
        RawServer server = RawServer.talkingAboutTls(world.outside, new InetSocketAddress(PoolerWorld.POSTGRES.getAddress(), 5433),
                (peer, bytes) -> peer.close());
        world.knock();
        world.pass(2);

        assertThat(world.closings("server conn crashed?")).isPositive();
        assertThat(server.peers()).hasSizeGreaterThan(2);
    }
}
