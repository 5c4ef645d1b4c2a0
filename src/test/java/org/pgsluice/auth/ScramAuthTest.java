package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.auth.Conversation.body;
import static org.pgsluice.auth.Conversation.bytes;
import static org.pgsluice.auth.Conversation.credentials;
import static org.pgsluice.auth.Conversation.random;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.auth.ClientAuth.Step;
import org.pgsluice.wire.SqlState;

class ScramAuthTest {
    private static final Step FAILED = new Step.Rejected("SASL authentication failed");

    private final MockSalts mocks = new MockSalts(random(1));
    private final ClientAuth auth = ClientAuth.scram("a", credentials("a", PostgresVerifiers.PENCIL), 4096, random(2), mocks, null);

    private static ByteBuffer initial(String mechanism, int length, String data) {
        byte[] name = (mechanism + "\0").getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = data.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(name.length + 4 + bytes.length).put(name).putInt(length).put(bytes).flip();
    }

    private static ByteBuffer initial(String data) {
        return initial("SCRAM-SHA-256", data.length(), data);
    }

    private static String text(Step step) {
        ByteBuffer body = body(((Step.Send) step).frame(), 'R');
        body.getInt();
        return StandardCharsets.ISO_8859_1.decode(body).toString();
    }

    /** The server's first message for nonce abc, and the last message of a client that knows the password, up to the proof's attribute. */
    private String challenge(String clientFirst) {
        auth.start();
        return text(auth.onMessage(initial(clientFirst)));
    }

    private static String proof(String bare, String serverFirst, String withoutProof) {
        StoredSecret.ScramVerifier verifier = (StoredSecret.ScramVerifier) StoredSecret.parse(PostgresVerifiers.PENCIL);
        ScramKeys keys = Scram.deriveKeys("pencil".getBytes(StandardCharsets.UTF_8), verifier.salt(), verifier.iterations());
        return Scram.encodeBase64(keys.proof(bare + "," + serverFirst + "," + withoutProof));
    }

    private static String nonce(String serverFirst) {
        return serverFirst.substring(2, serverFirst.indexOf(",s="));
    }

    @Test
    void onlyOneMechanismIsOffered() {
        assertThat(text(auth.start())).isEqualTo("SCRAM-SHA-256\0\0");
    }

    @Test
    void otherMechanismIsRefusedByName() {
        auth.start();

        assertThat(auth.onMessage(initial("SCRAM-SHA-256-PLUS", 9, "y,,n=,r=a")))
                .isEqualTo(new Step.Rejected(SqlState.PROTOCOL_VIOLATION, "client selected an invalid SASL authentication mechanism"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n,",
                "n,,",
                "n,,n=",
                "n,,n=,",
                "n,,n=,r",
                "n,,n=,r=",
                "n,,n=,s=abc",
                "n,,r=abc",
                "n,,n=,r=a bc",
                "n,,n=,r=a\u0001bc",
                "n,,n=,r=a\u00e4bc",
                "n,,n=,r=abc,",
                "n,,n=,r=abc,x",
                "n,,n=,r=abc,1=2",
                "n,,n=,r=abc\0",
                "n,,m=x,n=,r=abc",
                "n,a=bob,n=,r=abc",
                "n,x,n=,r=abc",
                "p=tls-unique,,n=,r=abc",
                "x,,n=,r=abc",
                ",,n=,r=abc"
            })
    void malformedFirstMessageFails(String message) {
        auth.start();

        assertThat(auth.onMessage(initial(message))).isEqualTo(FAILED);
        assertThat(auth.detail()).isNotEmpty().doesNotContain("\u0001", "\u00e4");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 10, 12})
    void wrongLengthOfTheFirstMessageFails(int length) {
        auth.start();

        assertThat(auth.onMessage(initial("SCRAM-SHA-256", length, "n,,n=,r=abc"))).isEqualTo(FAILED);
    }

    @Test
    void bodyThatEndsTooEarlyFails() {
        ByteBuffer whole = initial("n,,n=,r=abc");
        for (int length = 0; length < whole.limit(); length++) {
            ClientAuth fresh = ClientAuth.scram("a", credentials("a", PostgresVerifiers.PENCIL), 4096, random(2), mocks, null);
            fresh.start();

            assertThat(fresh.onMessage(whole.slice(0, length))).isEqualTo(FAILED);
        }
    }

    @Test
    void bodyBeyondTheLimitFails() {
        auth.start();

        assertThat(auth.onMessage(initial("n,,n=,r=" + "a".repeat(ClientAuth.MAX_DERIVED_BODY)))).isEqualTo(FAILED);
    }

    @Test
    void longNonceIsAccepted() {
        assertThat(challenge("n,,n=,r=" + "a".repeat(900))).startsWith("r=aaaa");
    }

    @Test
    void userNameAndExtensionsAreIgnored() {
        assertThat(challenge("n,,n=somebody=2Celse,r=abc,x=y")).startsWith("r=abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws",
                "c=biws,",
                "c=biws,r=NONCE",
                "c=biws,r=NONCE,",
                "c=biws,p=PROOF",
                "r=NONCE,p=PROOF",
                "c=eSws,r=NONCE,p=PROOF",
                "c=,r=NONCE,p=PROOF",
                "c=biws,r=,p=PROOF",
                "c=biws,r=NONCEx,p=PROOF",
                "c=biws,r=abc,p=PROOF",
                "c=biws,r=NONCE,p=",
                "c=biws,r=NONCE,p=!!!!",
                "c=biws,r=NONCE,p=AAAA",
                "c=biws,r=NONCE,p=PROOFAAAA",
                "c=biws,r=NONCE,p=PROOF,x=y",
                "c=biws,r=NONCE,p=PROOF\0",
                "c=biws,r=NONCE,1=2,p=PROOF",
                "c=biws,r=NONCE,x=y,p=PROOF"
            })
    void wrongLastMessageFails(String template) {
        String serverFirst = challenge("n,,n=,r=abc");
        String nonce = nonce(serverFirst);
        String proof = proof("n=,r=abc", serverFirst, "c=biws,r=" + nonce);

        assertThat(auth.onMessage(bytes(template.replace("NONCE", nonce).replace("PROOF", proof)))).isEqualTo(FAILED);
        assertThat(auth.onMessage(bytes("c=biws,r=" + nonce + ",p=" + proof))).isEqualTo(FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"n,,|c=biws", "y,,|c=eSws"})
    void bothFlagsWithoutChannelBindingAreAccepted(String flagAndBinding) {
        String[] parts = flagAndBinding.split("\\|");
        String serverFirst = challenge(parts[0] + "n=,r=abc");
        String withoutProof = parts[1] + ",r=" + nonce(serverFirst);

        Step step = auth.onMessage(bytes(withoutProof + ",p=" + proof("n=,r=abc", serverFirst, withoutProof)));

        assertThat(step).isInstanceOf(Step.Accepted.class);
    }

    @Test
    void extensionBeforeTheProofIsSignedWithTheRest() {
        String serverFirst = challenge("n,,n=,r=abc");
        String withoutProof = "c=biws,r=" + nonce(serverFirst) + ",x=y";

        Step step = auth.onMessage(bytes(withoutProof + ",p=" + proof("n=,r=abc", serverFirst, withoutProof)));

        assertThat(step).isInstanceOf(Step.Accepted.class);
    }

    @Test
    void messageWhileKeysAreDerivedFails() {
        ClientAuth plain = ClientAuth.scram("a", credentials("a", "pencil"), 13, random(2), mocks, null);
        plain.start();

        assertThat(plain.onMessage(initial("n,,n=,r=abc"))).isInstanceOf(Step.Derive.class);
        assertThat(plain.onMessage(initial("n,,n=,r=abc"))).isEqualTo(FAILED);
    }

    @Test
    void strangersSaltIsAlwaysTheSame() {
        String salt = mockSalt("stranger", mocks, 5);

        assertThat(mockSalt("stranger", mocks, 6)).isEqualTo(salt).hasSize(24);
        assertThat(mockSalt("another", mocks, 5)).isNotEqualTo(salt);
        assertThat(mockSalt("stranger", new MockSalts(random(9)), 5)).isNotEqualTo(salt);
    }

    private static String mockSalt(String user, MockSalts mocks, long seed) {
        ClientAuth stranger = ClientAuth.scram(user, null, 4096, random(seed), mocks, null);
        stranger.start();
        String first = text(stranger.onMessage(initial("n,,n=,r=abc")));
        assertThat(first).endsWith(",i=4096");
        return first.substring(first.indexOf(",s=") + 3, first.indexOf(",i="));
    }
}
