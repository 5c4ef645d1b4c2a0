package org.pgsluice.auth;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.RandomSource;

/** {@code auth_type = md5}: a random salt out, md5(stored hex + salt) back. Cheap enough for the reactor. */
final class Md5Auth implements ClientAuth {
    private final byte[] salt = new byte[4];
    private final @Nullable String storedHex;
    private final String comparedHex;

    Md5Auth(String user, @Nullable Credentials credentials, RandomSource random) {
        random.nextBytes(salt);
        storedHex = credentials == null ? null : Md5Passwords.storedOf(credentials.secret(), user);
        comparedHex = storedHex == null ? Md5Passwords.stored(salt, user) : storedHex;
    }

    @Override
    public Step start() {
        return new Step.Send(AuthFrames.authentication(AuthFrames.MD5_PASSWORD, salt));
    }

    @Override
    public Step onMessage(ByteBuffer body) {
        byte[] answer = PasswordBody.read(body);
        if (answer == null) {
            return PasswordBody.FAILED;
        }
        if (answer.length == 0) {
            return PasswordBody.EMPTY;
        }
        boolean fits = MessageDigest.isEqual(Md5Passwords.answer(comparedHex, salt), answer);
        return fits && storedHex != null ? new Step.Accepted(AuthFrames.NOTHING) : PasswordBody.FAILED;
    }

    @Override
    public Step resume() {
        throw new IllegalStateException("md5 derives nothing");
    }

    @Override
    public @Nullable String detail() {
        return null;
    }
}
