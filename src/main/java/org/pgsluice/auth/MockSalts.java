package org.pgsluice.auth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.pgsluice.auth.StoredSecret.ScramVerifier;
import org.pgsluice.net.RandomSource;

/**
 * Answers for users that do not exist, so that a stranger cannot tell: the same user name gets the same salt for as long as the process lives, and no
 * password fits. One a process; immutable.
 */
public final class MockSalts {
    private final byte[] secret = new byte[32];

    public MockSalts(RandomSource random) {
        random.nextBytes(secret);
    }

    ScramVerifier verifier(String user, int iterations) {
        byte[] salt = Arrays.copyOf(Scram.hmac(secret, ("salt " + user).getBytes(StandardCharsets.UTF_8)), Scram.SALT_LENGTH);
        byte[] unreachable = Scram.hmac(secret, ("key " + user).getBytes(StandardCharsets.UTF_8));
        return new ScramVerifier(iterations, salt, unreachable, unreachable);
    }

    @Override
    public String toString() {
        return "MockSalts[***]";
    }
}
