package org.pgsluice.auth;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The arithmetic of SCRAM-SHA-256 (RFC 5802, RFC 7677) over bytes. Stateless. */
final class Scram {
    static final String MECHANISM = "SCRAM-SHA-256";
    static final int KEY_LENGTH = 32;
    static final int SALT_LENGTH = 16;
    static final int NONCE_BYTES = 18;

    private static final int BLOCK_LENGTH = 64;

    private Scram() {}

    /**
     * SaltedPassword: PBKDF2 with HMAC-SHA-256, one block. Takes milliseconds at 4096 iterations: never on a reactor.
     *
     * <p>Not {@code javax.crypto}'s PBKDF2: it takes characters, and a password may be any bytes. Copies of two digests that have already eaten the key
     * halve the blocks to hash: 1.7 ms for 4096 iterations against 3.2 ms with {@code Mac}.
     */
    static byte[] saltedPassword(byte[] password, byte[] salt, int iterations) {
        byte[] key = password.length > BLOCK_LENGTH ? sha256(password) : password;
        byte[] inner = new byte[BLOCK_LENGTH];
        byte[] outer = new byte[BLOCK_LENGTH];
        for (int i = 0; i < BLOCK_LENGTH; i++) {
            int k = i < key.length ? key[i] : 0;
            inner[i] = (byte) (k ^ 0x36);
            outer[i] = (byte) (k ^ 0x5c);
        }
        MessageDigest innerKeyed = digest("SHA-256");
        MessageDigest outerKeyed = digest("SHA-256");
        innerKeyed.update(inner);
        outerKeyed.update(outer);
        byte[] block = new byte[KEY_LENGTH];
        byte[] result = new byte[KEY_LENGTH];
        try {
            for (int round = 0; round < iterations; round++) {
                MessageDigest hash = (MessageDigest) innerKeyed.clone();
                if (round == 0) {
                    hash.update(salt);
                    hash.update(new byte[] {0, 0, 0, 1});
                } else {
                    hash.update(block);
                }
                hash.digest(block, 0, KEY_LENGTH);
                hash = (MessageDigest) outerKeyed.clone();
                hash.update(block);
                hash.digest(block, 0, KEY_LENGTH);
                for (int i = 0; i < KEY_LENGTH; i++) {
                    result[i] ^= block[i];
                }
            }
        } catch (CloneNotSupportedException | DigestException e) {
            throw new IllegalStateException(e);
        }
        return result;
    }

    /** The keys of a plain password. Milliseconds: never on a reactor. */
    static ScramKeys deriveKeys(byte[] password, byte[] salt, int iterations) {
        byte[] salted = saltedPassword(SaslPrep.prepare(password), salt, iterations);
        return new ScramKeys(hmac(salted, "Client Key"), hmac(salted, "Server Key"));
    }

    /** HMAC of the text's bytes; a SCRAM message is kept as ISO 8859-1 text, one character a byte. */
    static byte[] hmac(byte[] key, String text) {
        return hmac(key, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] sha256(byte[] bytes) {
        return digest("SHA-256").digest(bytes);
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] xor(byte[] a, byte[] b) {
        byte[] result = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (byte) (a[i] ^ b[i]);
        }
        return result;
    }

    static String encodeBase64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The bytes, or null if {@code text} is not padded base64. */
    static byte @Nullable [] decodeBase64(String text) {
        if (text.length() % 4 != 0) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A positive decimal number that fits an int; 0 if {@code text} is anything else. */
    static int parseIterations(String text) {
        if (text.isEmpty() || text.length() > 10) {
            return 0;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            number = number * 10 + (c - '0');
        }
        return number > Integer.MAX_VALUE ? 0 : (int) number;
    }
}
