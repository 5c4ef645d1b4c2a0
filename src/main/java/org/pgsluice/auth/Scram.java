package org.pgsluice.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The arithmetic of SCRAM-SHA-256 and -PLUS (RFC 5802, RFC 7677) over bytes. Stateless. */
final class Scram {
    static final String MECHANISM = "SCRAM-SHA-256";
    static final String MECHANISM_PLUS = MECHANISM + "-PLUS";
    static final int KEY_LENGTH = 32;
    static final int SALT_LENGTH = 16;
    static final int NONCE_BYTES = 18;

    private static final MessageDigest UNUSED = digest("SHA-256");
    private static final byte[] FIRST_BLOCK = {0, 0, 0, 1};

    private Scram() {}

    /**
     * SaltedPassword: PBKDF2 with HMAC-SHA-256, one block. Takes milliseconds at 4096 iterations: never on a reactor. Not {@code javax.crypto}'s PBKDF2: it
     * takes characters, and a password may be any bytes.
     */
    static byte[] saltedPassword(byte[] password, byte[] salt, int iterations) {
        Hmac hmac = new Hmac(password);
        byte[] block = new byte[KEY_LENGTH];
        hmac.sign(block, salt, FIRST_BLOCK);
        byte[] result = block.clone();
        byte[][] last = {block};
        for (int round = 1; round < iterations; round++) {
            hmac.sign(block, last);
            for (int i = 0; i < KEY_LENGTH; i++) {
                result[i] ^= block[i];
            }
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
        byte[] result = new byte[KEY_LENGTH];
        new Hmac(key).sign(result, text);
        return result;
    }

    static byte[] sha256(byte[] bytes) {
        return sha256().digest(bytes);
    }

    /** A fresh digest. Copying one is much cheaper than to have the providers asked for another. */
    static MessageDigest sha256() {
        try {
            return (MessageDigest) UNUSED.clone();
        } catch (CloneNotSupportedException e) {
            return digest("SHA-256");
        }
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
