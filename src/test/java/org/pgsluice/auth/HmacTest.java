package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HmacTest {
    @Test
    void agreesWithThePlatformsForAnyKeyAndText() throws Exception {
        Random random = new Random(7);
        Mac mac = Mac.getInstance("HmacSHA256");
        for (int length = 1; length < 300; length++) {
            byte[] key = new byte[length];
            byte[] text = new byte[random.nextInt(300)];
            random.nextBytes(key);
            random.nextBytes(text);
            mac.init(new SecretKeySpec(key, "HmacSHA256"));

            assertThat(Scram.hmac(key, text)).as("key of %d bytes, text of %d", length, text.length).isEqualTo(mac.doFinal(text));
        }
    }

    @Test
    void keyOfNoBytesIsAKey() {
        assertThat(Scram.hmac(new byte[0], new byte[0])).hasSize(32).startsWith(0xb6, 0x13, 0x67, 0x9a);
    }

    @Test
    void resultMayGoWhereItsTextWas() {
        byte[] block = new byte[32];
        byte[] expected = Scram.hmac(new byte[] {1}, new byte[32]);
        new Hmac(new byte[] {1}).sign(block, block);

        assertThat(block).isEqualTo(expected);
    }
}
