package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.auth.Conversation.bytes;
import static org.pgsluice.auth.Conversation.credentials;
import static org.pgsluice.auth.Conversation.random;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.auth.ServerAuth.Step;

class ServerAuthTest {
    private final ServerAuth auth = new ServerAuth(credentials("a", "pencil"), "a", random(1), null);

    private static ByteBuffer nothing() {
        return ByteBuffer.allocate(0);
    }

    private static String sent(Step step) {
        return StandardCharsets.ISO_8859_1.decode(Conversation.body(((Step.Send) step).frame(), 'p')).toString();
    }

    private String beginScram() {
        String first = sent(auth.onRequest(10, bytes("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0")));
        assertThat(first).startsWith("SCRAM-SHA-256\0\0\0\0").contains("n,,n=,r=");
        return first.substring(first.indexOf("r=") + 2);
    }

    private Step derived(Step step) {
        ((Step.Derive) step).work().run();
        return auth.resume();
    }

    @Test
    void serverThatTrustsUsAsksNothing() {
        assertThat(auth.onRequest(0, nothing())).isEqualTo(new Step.Done());
    }

    @Test
    void cleartextPasswordIsSentAsItIs() {
        assertThat(sent(auth.onRequest(3, nothing()))).isEqualTo("pencil\0");
        assertThat(auth.onRequest(0, nothing())).isEqualTo(new Step.Done());
    }

    @Test
    void withoutCredentialsThePasswordIsEmpty() {
        assertThat(sent(new ServerAuth(null, "a", random(1), null).onRequest(3, nothing()))).isEqualTo("\0");
        assertThat(sent(new ServerAuth(null, "a", random(1), null).onRequest(5, bytes("salt")))).startsWith("md5");
        assertThat(sent(new ServerAuth(null, "a", random(1), null).onRequest(10, bytes("SCRAM-SHA-256\0\0")))).startsWith("SCRAM-SHA-256\0");
    }

    @Test
    void secondRequestIsNotAnswered() {
        auth.onRequest(5, bytes("salt"));

        Step step = auth.onRequest(5, bytes("pepr"));

        assertThat(step).isInstanceOf(Step.Failed.class);
        assertThat(auth.onRequest(10, bytes("SCRAM-SHA-256\0\0"))).isInstanceOf(Step.Failed.class);
    }

    @Test
    void hashIsNotSentAsAPassword() {
        for (String secret : new String[] {PostgresVerifiers.MD5_PENCIL_M1, PostgresVerifiers.PENCIL}) {
            ServerAuth hashed = new ServerAuth(credentials("a", secret), "a", random(1), null);

            assertThat(hashed.onRequest(3, nothing())).isEqualTo(new Step.Failed("server login failed: wrong password type"));
        }
    }

    @Test
    void secretsThatDoNotFitTheMethodAreWrong() {
        Step.Failed wrong = new Step.Failed("server login failed: wrong password type");

        assertThat(new ServerAuth(credentials("a", PostgresVerifiers.PENCIL), "a", random(1), null).onRequest(5, bytes("salt"))).isEqualTo(wrong);
        assertThat(new ServerAuth(credentials("a", PostgresVerifiers.MD5_PENCIL_M1), "a", random(1), null).onRequest(10, bytes("SCRAM-SHA-256\0\0")))
                .isEqualTo(wrong);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 6, 7, 8, 9, 13, -1})
    void otherMethodsAreNamed(int type) {
        assertThat(auth.onRequest(type, bytes("salt")))
                .isEqualTo(new Step.Failed("unknown/unsupported auth method: " + Integer.toUnsignedString(type)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "SCRAM-SHA-256-PLUS\0\0", "SCRAM-SHA-256", "SCRAM-SHA-1\0SCRAM-SHA-256"})
    void serverWithoutOurMechanismIsRefused(String mechanisms) {
        assertThat(auth.onRequest(10, bytes(mechanisms)))
                .isEqualTo(new Step.Failed("server login failed: none of the server's SASL authentication mechanisms are supported"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sal", "salty"})
    void md5RequestWithAnOddSaltFails(String salt) {
        assertThat(auth.onRequest(5, bytes(salt))).isInstanceOf(Step.Failed.class);
    }

    @Test
    void saslMessagesOutOfOrderFail() {
        assertThat(auth.onRequest(11, bytes("r=a,s=QQ==,i=1"))).isInstanceOf(Step.Failed.class);
        assertThat(auth.onRequest(12, bytes("v=a"))).isInstanceOf(Step.Failed.class);
        beginScram();
        assertThat(auth.onRequest(12, bytes("v=a"))).isInstanceOf(Step.Failed.class);
        assertThat(auth.onRequest(11, bytes("r=a,s=QQ==,i=1"))).isInstanceOf(Step.Failed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "r=NONCE,s=QQ==,i=1",
                "r=xNONCE,s=QQ==,i=1",
                "r=NONCE\u0001,s=QQ==,i=1",
                "r=NONCEx",
                "r=NONCEx,s=QQ==",
                "r=NONCEx,i=1",
                "r=NONCEx,s=,i=1",
                "r=NONCEx,s=!!!!,i=1",
                "r=NONCEx,s=QQ,i=1",
                "r=NONCEx,s=QQ==,i=",
                "r=NONCEx,s=QQ==,i=0",
                "r=NONCEx,s=QQ==,i=-1",
                "r=NONCEx,s=QQ==,i=1x",
                "r=NONCEx,s=QQ==,i=1000001",
                "r=NONCEx,s=QQ==,i=2147483647",
                "r=NONCEx,s=QQ==,i=99999999999999999999",
                "r=NONCEx,s=QQ==,i=1,x=y",
                "m=x,r=NONCEx,s=QQ==,i=1"
            })
    void malformedChallengeFails(String template) {
        String nonce = beginScram();

        assertThat(auth.onRequest(11, bytes(template.replace("NONCE", nonce)))).isInstanceOf(Step.Failed.class);
    }

    @Test
    void iterationsBeyondTheLimitAreNamed() {
        String nonce = beginScram();

        assertThat(auth.onRequest(11, bytes("r=" + nonce + "x,s=QQ==,i=10000000")))
                .isEqualTo(new Step.Failed("SCRAM iteration count 10000000 of the server is above the limit of 1000000"));
    }

    @Test
    void iterationsUpToTheLimitAreDerived() {
        String nonce = beginScram();

        assertThat(auth.onRequest(11, bytes("r=" + nonce + "x,s=QQ==,i=1000000"))).isInstanceOf(Step.Derive.class);
    }

    @Test
    void challengeBeyondTheLimitFails() {
        String nonce = beginScram();

        assertThat(auth.onRequest(11, bytes("r=" + nonce + "x".repeat(20_000) + ",s=QQ==,i=1"))).isInstanceOf(Step.Failed.class);
    }

    @Test
    void serverThatDoesNotKnowTheUserIsFoundOut() {
        String nonce = beginScram();
        derived(auth.onRequest(11, bytes("r=" + nonce + "x,s=QQ==,i=1")));

        assertThat(auth.onRequest(12, bytes("v=" + Scram.encodeBase64(new byte[32]))))
                .isEqualTo(new Step.Failed("server login failed: invalid server signature"));
        assertThat(auth.onRequest(0, nothing())).isInstanceOf(Step.Failed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v=", "v=AAAA", "v=!!!!", "x=y", "e=other-error"})
    void malformedSignatureFails(String message) {
        String nonce = beginScram();
        derived(auth.onRequest(11, bytes("r=" + nonce + "x,s=QQ==,i=1")));

        assertThat(auth.onRequest(12, bytes(message))).isInstanceOf(Step.Failed.class);
    }

    @Test
    void serverThatSkipsItsProofIsRefused() {
        String nonce = beginScram();
        derived(auth.onRequest(11, bytes("r=" + nonce + "x,s=QQ==,i=1")));

        assertThat(auth.onRequest(0, nothing())).isEqualTo(new Step.Failed("server login failed: invalid server signature"));
    }
}
