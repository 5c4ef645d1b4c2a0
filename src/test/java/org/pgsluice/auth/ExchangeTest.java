package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.auth.Conversation.credentials;
import static org.pgsluice.auth.Conversation.random;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.pgsluice.auth.ClientAuth.PasswordMethod;
import org.pgsluice.auth.ClientAuth.Step;

/** Both sides of a login, talking to each other. */
class ExchangeTest {
    private final MockSalts mocks = new MockSalts(random(1));

    private Conversation talk(PasswordMethod method, Credentials stored, Credentials shown) {
        String user = shown.name();
        return new Conversation(ClientAuth.forType(method, user, stored, 13, random(2), mocks, null), new ServerAuth(shown, user, random(3), null));
    }

    static Stream<Arguments> methodsAndSecrets() {
        return Stream.of(PasswordMethod.values())
                .flatMap(method -> Stream.of("pencil", PostgresVerifiers.PENCIL, PostgresVerifiers.MD5_PENCIL_M1).map(secret -> Arguments.of(method, secret)))
                .filter(arguments -> arguments.get()[0] != PasswordMethod.SCRAM_SHA_256 || arguments.get()[1] != PostgresVerifiers.MD5_PENCIL_M1);
    }

    @ParameterizedTest
    @MethodSource("methodsAndSecrets")
    void rightPasswordIsAccepted(PasswordMethod method, String secret) {
        Conversation conversation = talk(method, credentials("m1", secret), credentials("m1", "pencil"));

        assertThat(conversation.run()).isInstanceOf(Step.Accepted.class);
        assertThat(conversation.serverOutcome).isEqualTo(new ServerAuth.Step.Done());
    }

    @ParameterizedTest
    @MethodSource("methodsAndSecrets")
    void wrongPasswordIsRejected(PasswordMethod method, String secret) {
        boolean scram = method == PasswordMethod.SCRAM_SHA_256 || method == PasswordMethod.MD5 && secret.equals(PostgresVerifiers.PENCIL);

        Step step = talk(method, credentials("m1", secret), credentials("m1", "pencils")).run();

        assertThat(step).isEqualTo(new Step.Rejected(scram ? "SASL authentication failed" : "password authentication failed"));
    }

    @ParameterizedTest
    @CsvSource({"PLAIN,password authentication failed", "MD5,password authentication failed", "SCRAM_SHA_256,SASL authentication failed"})
    void unknownUserAndUserWithoutSecretFailAlike(PasswordMethod method, String message) {
        assertThat(talk(method, null, credentials("nobody", "pencil")).run()).isEqualTo(new Step.Rejected(message));
        assertThat(talk(method, credentials("nobody", ""), credentials("nobody", "pencil")).run()).isEqualTo(new Step.Rejected(message));
    }

    @Test
    void emptyPasswordNeverMatchesAnEmptySecret() {
        assertThat(talk(PasswordMethod.PLAIN, credentials("a", ""), credentials("a", "")).run())
                .isEqualTo(new Step.Rejected("empty password returned by client"));
        assertThat(talk(PasswordMethod.MD5, credentials("a", ""), credentials("a", "")).run())
                .isEqualTo(new Step.Rejected("password authentication failed"));
        assertThat(talk(PasswordMethod.SCRAM_SHA_256, credentials("a", ""), credentials("a", "")).run())
                .isEqualTo(new Step.Rejected("SASL authentication failed"));
    }

    @Test
    void md5SecretFailsScramAfterTheWholeExchange() {
        Conversation conversation = talk(PasswordMethod.SCRAM_SHA_256, credentials("m1", PostgresVerifiers.MD5_PENCIL_M1), credentials("m1", "pencil"));

        assertThat(conversation.run()).isEqualTo(new Step.Rejected("SASL authentication failed"));
        assertThat(conversation.ours.detail()).isEqualTo("SCRAM authentication failed: user has MD5 secret");
    }

    @Test
    void md5SecretOpensAnMd5Server() {
        Credentials md5 = credentials("m1", PostgresVerifiers.MD5_PENCIL_M1);

        assertThat(talk(PasswordMethod.MD5, credentials("m1", "pencil"), md5).run()).isInstanceOf(Step.Accepted.class);
    }

    @Test
    void longestPasswordPasses() {
        String password = "p".repeat(65_530);

        for (PasswordMethod method : PasswordMethod.values()) {
            assertThat(talk(method, credentials("a", password), credentials("a", password)).run()).isInstanceOf(Step.Accepted.class);
        }
    }

    @Test
    void secondLoginDerivesNothing() {
        Credentials stored = credentials("a", "pencil");
        Credentials shown = credentials("a", "pencil");

        Conversation first = talk(PasswordMethod.SCRAM_SHA_256, stored, shown);
        Conversation second = talk(PasswordMethod.SCRAM_SHA_256, stored, shown);
        first.run();

        assertThat(second.run()).isInstanceOf(Step.Accepted.class);
        assertThat(first.clientAuthDerivations).isEqualTo(1);
        assertThat(first.serverAuthDerivations).isEqualTo(1);
        assertThat(second.clientAuthDerivations).isZero();
        assertThat(second.serverAuthDerivations).isZero();
    }

    @Test
    void changedSecretForgetsWhatWasDerived() {
        Credentials stored = credentials("a", "pencil");
        talk(PasswordMethod.SCRAM_SHA_256, stored, credentials("a", "pencil")).run();
        stored = stored.withSecret(StoredSecret.parse("pen"));

        assertThat(talk(PasswordMethod.SCRAM_SHA_256, stored, credentials("a", "pencil")).run()).isInstanceOf(Step.Rejected.class);
        assertThat(talk(PasswordMethod.SCRAM_SHA_256, stored, credentials("a", "pen")).run()).isInstanceOf(Step.Accepted.class);
    }

    @Test
    void iterationCountChangedAtRunTimeIsUsedByTheNextLogin() {
        Credentials stored = credentials("a", "pencil");
        assertThat(stored.deriveVerifier((StoredSecret.Plain) stored.secret(), 5, new byte[16]).iterations()).isEqualTo(5);

        assertThat(stored.verifier(6)).isNull();
        assertThat(stored.deriveVerifier((StoredSecret.Plain) stored.secret(), 6, new byte[16]).iterations()).isEqualTo(6);
    }

    @Test
    void keysAreKeptForSomeServersOnly() {
        Credentials shown = credentials("a", "pencil");
        for (byte i = 0; i < 9; i++) {
            shown.deriveKeys("pencil".getBytes(StandardCharsets.UTF_8), new byte[] {i}, 1);
        }

        assertThat(shown.keys(new byte[] {0}, 1)).isNull();
        assertThat(shown.keys(new byte[] {1}, 1)).isNotNull();
        assertThat(shown.keys(new byte[] {8}, 1)).isNotNull();
        assertThat(shown.keys(new byte[] {8}, 2)).isNull();
    }

    @Test
    void clientsLoginOpensServersThatHaveTheSameVerifier() {
        Credentials pooler = credentials("a", PostgresVerifiers.PENCIL);
        Conversation beforeAnyClient = talk(PasswordMethod.SCRAM_SHA_256, credentials("a", PostgresVerifiers.PENCIL), pooler);
        assertThat(beforeAnyClient.run()).isNull();
        assertThat(beforeAnyClient.serverOutcome).isEqualTo(new ServerAuth.Step.Failed("server login failed: wrong password type"));

        talk(PasswordMethod.SCRAM_SHA_256, pooler, credentials("a", "pencil")).run();
        Conversation afterwards = talk(PasswordMethod.SCRAM_SHA_256, credentials("a", PostgresVerifiers.PENCIL), pooler);

        assertThat(afterwards.run()).isInstanceOf(Step.Accepted.class);
        assertThat(afterwards.serverOutcome).isEqualTo(new ServerAuth.Step.Done());
        assertThat(afterwards.serverAuthDerivations).isZero();
    }

    @Test
    void keysDoNotOpenAServerWithAnotherSalt() {
        Credentials pooler = credentials("a", PostgresVerifiers.PENCIL);
        talk(PasswordMethod.SCRAM_SHA_256, pooler, credentials("a", "pencil")).run();

        Conversation conversation = talk(PasswordMethod.SCRAM_SHA_256, credentials("a", PostgresVerifiers.SEVEN), pooler);

        assertThat(conversation.run()).isInstanceOf(Step.Rejected.class);
        assertThat(conversation.theirs.detail()).contains("salt or iterations");
    }

    @Test
    void failedLoginTeachesNothing() {
        Credentials pooler = credentials("a", PostgresVerifiers.PENCIL);
        talk(PasswordMethod.SCRAM_SHA_256, pooler, credentials("a", "pencils")).run();

        assertThat(pooler.learntKeys()).isNull();
    }

    @Test
    void plainSecretTeachesNothing() {
        Credentials pooler = credentials("a", "pencil");
        talk(PasswordMethod.SCRAM_SHA_256, pooler, credentials("a", "pencil")).run();

        assertThat(pooler.learntKeys()).isNull();
    }
}
