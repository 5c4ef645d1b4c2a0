package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.auth.Conversation.body;
import static org.pgsluice.auth.Conversation.bytes;
import static org.pgsluice.auth.Conversation.credentials;
import static org.pgsluice.auth.Conversation.random;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.auth.ClientAuth.PasswordMethod;
import org.pgsluice.auth.ClientAuth.Step;
import org.pgsluice.wire.SqlState;

/** SCRAM-SHA-256-PLUS, and what becomes of those who try to do without it. */
class ChannelBindingTest {
    private static final byte[] HASH = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final ChannelBinding BINDING = ChannelBinding.to(HASH);
    private static final ChannelBinding ANOTHER = ChannelBinding.to(new byte[48]);
    private static final Step FAILED = new Step.Rejected("SASL authentication failed");
    private static final Step CHECK_FAILED = new Step.Rejected(SqlState.INVALID_AUTHORIZATION, "SCRAM channel binding check failed");

    private final MockSalts mocks = new MockSalts(random(1));
    private final Credentials pencil = credentials("a", PostgresVerifiers.PENCIL);
    private final ClientAuth auth = ClientAuth.scram("a", pencil, 4096, random(2), mocks, BINDING);

    private static ByteBuffer initial(String mechanism, String data) {
        byte[] name = (mechanism + "\0").getBytes(StandardCharsets.ISO_8859_1);
        byte[] text = data.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(name.length + 4 + text.length).put(name).putInt(text.length).put(text).flip();
    }

    private static String text(Step step) {
        ByteBuffer body = body(((Step.Send) step).frame(), 'R');
        body.getInt();
        return StandardCharsets.ISO_8859_1.decode(body).toString();
    }

    private static String base64(String header, byte[] data) {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder().encodeToString(ByteBuffer.allocate(text.length + data.length).put(text).put(data).array());
    }

    private Conversation talk(Credentials stored, @Nullable ChannelBinding ours, Credentials shown, @Nullable ChannelBinding theirs) {
        ClientAuth asking = ClientAuth.forType(PasswordMethod.SCRAM_SHA_256, "a", stored, 13, random(2), mocks, ours);
        return new Conversation(asking, new ServerAuth(shown, "a", random(3), theirs));
    }

    /** The client's last message, with a right proof. */
    private static ByteBuffer last(String bare, String serverFirst, String repeated) {
        StoredSecret.ScramVerifier verifier = (StoredSecret.ScramVerifier) StoredSecret.parse(PostgresVerifiers.PENCIL);
        ScramKeys keys = Scram.deriveKeys("pencil".getBytes(StandardCharsets.UTF_8), verifier.salt(), verifier.iterations());
        String withoutProof = "c=" + repeated + ",r=" + serverFirst.substring(2, serverFirst.indexOf(",s="));
        String proof = Scram.encodeBase64(keys.proof(bare + "," + serverFirst + "," + withoutProof));
        return bytes(withoutProof + ",p=" + proof);
    }

    @Test
    void bothMechanismsAreOfferedTheBoundOneFirst() {
        assertThat(text(auth.start())).isEqualTo("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
    }

    @Test
    void bothEndsOfOneConnectionAgree() {
        for (String secret : new String[] {"pencil", PostgresVerifiers.PENCIL}) {
            Conversation conversation = talk(credentials("a", secret), BINDING, credentials("a", "pencil"), BINDING);

            assertThat(conversation.run()).isInstanceOf(Step.Accepted.class);
            assertThat(conversation.serverOutcome).isEqualTo(new ServerAuth.Step.Done());
        }
    }

    @Test
    void whoStandsBetweenIsFoundOut() {
        assertThat(talk(pencil, BINDING, credentials("a", "pencil"), ANOTHER).run()).isEqualTo(CHECK_FAILED);
    }

    @Test
    void sideWithoutBindingTalksToOneWithIt() {
        assertThat(talk(pencil, BINDING, credentials("a", "pencil"), null).run()).isInstanceOf(Step.Accepted.class);
        assertThat(talk(pencil, null, credentials("a", "pencil"), BINDING).run()).isInstanceOf(Step.Accepted.class);
    }

    @Test
    void keysOfAClientsLoginAreBoundToTheConnectionToTheServer() {
        Credentials pooler = credentials("a", PostgresVerifiers.PENCIL);
        talk(pooler, BINDING, credentials("a", "pencil"), BINDING).run();

        Conversation toServer = talk(credentials("a", PostgresVerifiers.PENCIL), ANOTHER, pooler, ANOTHER);

        assertThat(toServer.run()).isInstanceOf(Step.Accepted.class);
        assertThat(toServer.serverAuthDerivations).isZero();
    }

    @Test
    void boundLoginIsWhatPostgresExpects() {
        auth.start();
        String serverFirst = text(auth.onMessage(initial("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=abc")));

        Step step = auth.onMessage(last("n=,r=abc", serverFirst, base64("p=tls-server-end-point,,", HASH)));

        assertThat(step).isInstanceOf(Step.Accepted.class);
    }

    @Test
    void wrongBindingDataIsRefused() {
        for (String wrong : new String[] {
            "",
            "biws",
            "eSws",
            base64("p=tls-server-end-point,,", new byte[32]),
            base64("p=tls-server-end-point,,", new byte[0]),
            base64("p=tls-unique,,", HASH),
            base64("n,,", HASH),
            base64("p=tls-server-end-point,,", HASH) + "AAAA"
        }) {
            ClientAuth fresh = ClientAuth.scram("a", pencil, 4096, random(2), mocks, BINDING);
            fresh.start();
            String serverFirst = text(fresh.onMessage(initial("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=abc")));

            assertThat(fresh.onMessage(last("n=,r=abc", serverFirst, wrong))).as(wrong).isEqualTo(CHECK_FAILED);
            assertThat(fresh.detail()).isEqualTo("SCRAM channel binding check failed");
        }
    }

    @Test
    void strangersAreRefusedForTheSameReasons() {
        ClientAuth stranger = ClientAuth.scram("b", null, 4096, random(2), mocks, BINDING);
        assertThat(text(stranger.start())).isEqualTo("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
        String serverFirst = text(stranger.onMessage(initial("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=abc")));
        assertThat(stranger.onMessage(last("n=,r=abc", serverFirst, "biws"))).isEqualTo(CHECK_FAILED);

        ClientAuth again = ClientAuth.scram("b", null, 4096, random(2), mocks, BINDING);
        again.start();
        serverFirst = text(again.onMessage(initial("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=abc")));
        assertThat(again.onMessage(last("n=,r=abc", serverFirst, base64("p=tls-server-end-point,,", HASH)))).isEqualTo(FAILED);
    }

    @Test
    void clientThatDidNotSeeOurOfferIsTold() {
        auth.start();

        assertThat(auth.onMessage(initial("SCRAM-SHA-256", "y,,n=,r=abc")))
                .isEqualTo(new Step.Rejected(SqlState.INVALID_AUTHORIZATION, "SCRAM channel binding negotiation error"));
    }

    @Test
    void clientThatCannotBindIsLetIn() {
        auth.start();
        String serverFirst = text(auth.onMessage(initial("SCRAM-SHA-256", "n,,n=,r=abc")));

        assertThat(auth.onMessage(last("n=,r=abc", serverFirst, "biws"))).isInstanceOf(Step.Accepted.class);
    }

    @Test
    void bindingOfAnotherMessageThanTheFirstIsRefused() {
        auth.start();
        String serverFirst = text(auth.onMessage(initial("SCRAM-SHA-256", "n,,n=,r=abc")));

        assertThat(auth.onMessage(last("n=,r=abc", serverFirst, base64("p=tls-server-end-point,,", HASH)))).isEqualTo(FAILED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SCRAM-SHA-256-PLUS|n,,n=,r=abc",
                "SCRAM-SHA-256-PLUS|y,,n=,r=abc",
                "SCRAM-SHA-256-PLUS|p,,n=,r=abc",
                "SCRAM-SHA-256-PLUS|p=,,n=,r=abc",
                "SCRAM-SHA-256-PLUS|p",
                "SCRAM-SHA-256-PLUS|p=tls-server-end-point",
                "SCRAM-SHA-256-PLUS|p=tls-server-end-point,",
                "SCRAM-SHA-256-PLUS|p=tls-server-end-point,,",
                "SCRAM-SHA-256-PLUS|p=tls-server-end-point,n=,r=abc",
                "SCRAM-SHA-256-PLUS|p=tls-server-end-point,a=bob,n=,r=abc",
                "SCRAM-SHA-256-PLUS|p=tls-server-end-point,,m=x,n=,r=abc",
                "SCRAM-SHA-256-PLUS|p=tls-unique,,n=,r=abc",
                "SCRAM-SHA-256-PLUS|p=tls-server-end-pointx,,n=,r=abc",
                "SCRAM-SHA-256|p=tls-server-end-point,,n=,r=abc"
            })
    void malformedBindingFails(String mechanismAndMessage) {
        String[] parts = mechanismAndMessage.split("\\|");
        auth.start();

        assertThat(auth.onMessage(initial(parts[0], parts[1]))).isEqualTo(FAILED);
        assertThat(auth.detail()).isNotEmpty();
    }

    @Test
    void serverOnlyTakesTheMechanismThatItOffered() {
        ClientAuth unbound = ClientAuth.scram("a", pencil, 4096, random(2), mocks, null);
        unbound.start();

        assertThat(unbound.onMessage(initial("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=abc")))
                .isEqualTo(new Step.Rejected(SqlState.PROTOCOL_VIOLATION, "client selected an invalid SASL authentication mechanism"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256-PLUS\0\0", "SCRAM-SHA-256\0SCRAM-SHA-256-PLUS\0\0"})
    void weBindWhereTheServerOffersIt(String mechanisms) {
        ServerAuth login = new ServerAuth(credentials("a", "pencil"), "a", random(1), BINDING);

        assertThat(sent(login.onRequest(10, bytes(mechanisms)))).startsWith("SCRAM-SHA-256-PLUS\0").contains("p=tls-server-end-point,,n=,r=");
    }

    @Test
    void weSayThatWeCouldWhereTheServerDoesNotOfferIt() {
        ServerAuth login = new ServerAuth(credentials("a", "pencil"), "a", random(1), BINDING);

        assertThat(sent(login.onRequest(10, bytes("SCRAM-SHA-256\0\0")))).startsWith("SCRAM-SHA-256\0").contains("y,,n=,r=");
    }

    @Test
    void certificateWhoseSignatureHasNoHashIsNotBoundTo() {
        assertThat(ChannelBinding.to(new byte[0])).isNull();
    }

    @Test
    void weNeverBindAPlainConnection() {
        ServerAuth login = new ServerAuth(credentials("a", "pencil"), "a", random(1), null);

        assertThat(sent(login.onRequest(10, bytes("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0")))).startsWith("SCRAM-SHA-256\0").contains("n,,n=,r=");
    }

    private static String sent(ServerAuth.Step step) {
        return StandardCharsets.ISO_8859_1.decode(body(((ServerAuth.Step.Send) step).frame(), 'p')).toString();
    }
}
