package org.pgsluice.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The arithmetic of PostgreSQL's MD5 passwords. Stateless. */
final class Md5Passwords {
    private Md5Passwords() {}

    /** Hex digits of md5(password + user): what is stored. */
    static String stored(byte[] password, String user) {
        return hex(password, user.getBytes(StandardCharsets.UTF_8));
    }

    /** What answers a challenge: {@code md5} and the hex digits of md5(stored hex + salt). */
    static byte[] answer(String storedHex, byte[] salt) {
        return ("md5" + hex(storedHex.getBytes(StandardCharsets.US_ASCII), salt)).getBytes(StandardCharsets.US_ASCII);
    }

    /** The stored hex digits of a secret; null for a secret that has none. */
    static @Nullable String storedOf(StoredSecret secret, String user) {
        if (secret instanceof StoredSecret.Md5 md5) {
            return md5.hex();
        }
        return secret instanceof StoredSecret.Plain plain ? stored(plain.bytes(), user) : null;
    }

    private static String hex(byte[] text, byte[] salt) {
        MessageDigest md5 = Scram.digest("MD5");
        md5.update(text);
        md5.update(salt);
        return HexFormat.of().formatHex(md5.digest());
    }
}
