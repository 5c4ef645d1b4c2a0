package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.auth.Conversation.bytes;

import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;

class ScramTest {
    private static final String AUTH_MESSAGE = "n=user,r=rOprNGfwEbeRWgbNEkqO"
            + ",r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
            + ",c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    @Test
    void exampleOfRfc7677() {
        ScramKeys keys = Scram.deriveKeys("pencil".getBytes(StandardCharsets.UTF_8), Scram.decodeBase64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

        assertThat(Scram.encodeBase64(keys.proof(AUTH_MESSAGE))).isEqualTo("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(Scram.encodeBase64(keys.serverSignature(AUTH_MESSAGE))).isEqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @Test
    void saltedPasswordIsThatOfTheJdkAlsoForLongPasswords() throws Exception {
        for (int length : new int[] {1, 63, 64, 65, 200}) {
            String password = "p".repeat(length);
            byte[] salt = "0123456789".getBytes(StandardCharsets.US_ASCII);
            byte[] expected = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, 13, 256))
                    .getEncoded();

            assertThat(Scram.saltedPassword(password.getBytes(StandardCharsets.US_ASCII), salt, 13)).isEqualTo(expected);
        }
    }

    @Test
    void md5AnswerIsTheVector() {
        String stored = Md5Passwords.stored("pencil".getBytes(StandardCharsets.UTF_8), "m1");

        assertThat("md5" + stored).isEqualTo(PostgresVerifiers.MD5_PENCIL_M1);
        // md5 of the stored hex digits and the bytes 1 2 3 4, made with coreutils.
        assertThat(new String(Md5Passwords.answer(stored, new byte[] {1, 2, 3, 4}), StandardCharsets.US_ASCII))
                .isEqualTo("md508e65c9992fa1ffc07ba23911d374853");
    }

    @Test
    void stringWithoutZeroIsNoString() {
        assertThat(AuthFrames.zeroTerminated(bytes("abc"))).isNull();
        assertThat(AuthFrames.zeroTerminated(bytes("abc\0d"))).containsExactly('a', 'b', 'c');
    }
}
