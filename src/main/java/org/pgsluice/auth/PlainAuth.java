package org.pgsluice.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.StoredSecret.ScramVerifier;

/** {@code auth_type = plain}: the password itself, compared with whatever kind of secret is stored. */
final class PlainAuth implements ClientAuth {
    private final String user;
    private final StoredSecret secret;

    /** Written by the thread that derives, before it hands back. */
    private volatile @Nullable ScramKeys derived;

    PlainAuth(String user, @Nullable Credentials credentials) {
        this.user = user;
        secret = credentials == null ? StoredSecret.None.INSTANCE : credentials.secret();
    }

    @Override
    public Step start() {
        return new Step.Send(AuthFrames.authentication(AuthFrames.CLEARTEXT_PASSWORD, AuthFrames.NOTHING));
    }

    @Override
    public int longestBody() {
        return MAX_BODY;
    }

    @Override
    public Step onMessage(ByteBuffer body) {
        byte[] password = PasswordBody.read(body);
        if (password == null) {
            return PasswordBody.FAILED;
        }
        if (password.length == 0) {
            return PasswordBody.EMPTY;
        }
        if (secret instanceof ScramVerifier verifier) {
            return new Step.Derive(() -> derived = Scram.deriveKeys(password, verifier.salt(), verifier.iterations()));
        }
        if (secret instanceof StoredSecret.Plain plain) {
            return outcome(MessageDigest.isEqual(plain.bytes(), password));
        }
        if (secret instanceof StoredSecret.Md5 md5) {
            return outcome(MessageDigest.isEqual(ascii(md5.hex()), ascii(Md5Passwords.stored(password, user))));
        }
        return PasswordBody.FAILED;
    }

    @Override
    public Step resume() {
        ScramKeys keys = derived;
        return outcome(keys != null && secret instanceof ScramVerifier verifier && keys.matchesServerKey(verifier.serverKey()));
    }

    @Override
    public @Nullable String detail() {
        return null;
    }

    private static Step outcome(boolean fits) {
        return fits ? new Step.Accepted(AuthFrames.NOTHING) : PasswordBody.FAILED;
    }

    private static byte[] ascii(String hex) {
        return hex.getBytes(StandardCharsets.US_ASCII);
    }
}
