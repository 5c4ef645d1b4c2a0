package org.pgsluice.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * What auth_file, auth_query or a connection string holds for a user, told apart by its text: {@code md5} and 32 hex digits, a SCRAM-SHA-256 verifier, or
 * else a plain password. Immutable; {@code toString} shows the kind only, and {@code equals} takes the same time wherever two secrets differ.
 */
public sealed interface StoredSecret {
    /** The secret that {@code text} spells. An empty text is {@link None}: it matches nothing. */
    static StoredSecret parse(byte[] text) {
        if (text.length == 0) {
            return None.INSTANCE;
        }
        if (Md5.isSpelledBy(text)) {
            return new Md5(new String(text, 3, 32, StandardCharsets.US_ASCII));
        }
        ScramVerifier verifier = ScramVerifier.parse(text);
        return verifier != null ? verifier : new Plain(text.clone());
    }

    /** {@link #parse(byte[])} of the text's UTF-8 bytes. */
    static StoredSecret parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text that spells it, for a process that takes its user's sessions over. As secret as the secret. */
    byte[] text();

    /** No secret: nothing that a client shows matches it, and a server is shown the empty password. */
    enum None implements StoredSecret {
        INSTANCE;

        @Override
        public byte[] text() {
            return new byte[0];
        }

        @Override
        public String toString() {
            return "None";
        }
    }

    /** A password as it is typed, in the bytes the file had. Never empty. */
    final class Plain implements StoredSecret {
        private final byte[] bytes;

        Plain(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public byte[] text() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Plain that && MessageDigest.isEqual(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Plain[***]";
        }
    }

    /** The hex digits of md5(password + user name). */
    final class Md5 implements StoredSecret {
        private final String hex;

        Md5(String hex) {
            this.hex = hex;
        }

        String hex() {
            return hex;
        }

        @Override
        public byte[] text() {
            return ("md5" + hex).getBytes(StandardCharsets.US_ASCII);
        }

        private static boolean isSpelledBy(byte[] text) {
            if (text.length != 35 || text[0] != 'm' || text[1] != 'd' || text[2] != '5') {
                return false;
            }
            for (int i = 3; i < text.length; i++) {
                boolean digit = text[i] >= '0' && text[i] <= '9' || text[i] >= 'a' && text[i] <= 'f';
                if (!digit) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Md5 that
                    && MessageDigest.isEqual(hex.getBytes(StandardCharsets.US_ASCII), that.hex.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public int hashCode() {
            return hex.hashCode();
        }

        @Override
        public String toString() {
            return "Md5[***]";
        }
    }

    /** What PostgreSQL keeps for a SCRAM user: enough to check a proof, not enough to make one. */
    final class ScramVerifier implements StoredSecret {
        private static final String PREFIX = "SCRAM-SHA-256$";

        private final int iterations;
        private final byte[] salt;
        private final byte[] storedKey;
        private final byte[] serverKey;

        ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
            this.iterations = iterations;
            this.salt = salt;
            this.storedKey = storedKey;
            this.serverKey = serverKey;
        }

        @Override
        public byte[] text() {
            return spelled().getBytes(StandardCharsets.US_ASCII);
        }

        /** The verifier that {@code text} spells, or null if it spells none (then it is a plain password, as for PostgreSQL). */
        static @Nullable ScramVerifier parse(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int colon = text.indexOf(':');
            int dollar = text.indexOf('$', PREFIX.length());
            int lastColon = dollar < 0 ? -1 : text.indexOf(':', dollar);
            if (!text.startsWith(PREFIX) || colon < 0 || colon > dollar || lastColon < 0) {
                return null;
            }
            int iterations = Scram.parseIterations(text.substring(PREFIX.length(), colon));
            byte[] salt = Scram.decodeBase64(text.substring(colon + 1, dollar));
            byte[] storedKey = Scram.decodeBase64(text.substring(dollar + 1, lastColon));
            byte[] serverKey = Scram.decodeBase64(text.substring(lastColon + 1));
            if (iterations == 0 || salt == null || salt.length == 0 || storedKey == null || serverKey == null) {
                return null;
            }
            boolean fits = storedKey.length == Scram.KEY_LENGTH && serverKey.length == Scram.KEY_LENGTH;
            return fits ? new ScramVerifier(iterations, salt, storedKey, serverKey) : null;
        }

        private String spelled() {
            return PREFIX + iterations + ":" + saltText() + "$" + Scram.encodeBase64(storedKey) + ":" + Scram.encodeBase64(serverKey);
        }

        int iterations() {
            return iterations;
        }

        byte[] salt() {
            return salt;
        }

        String saltText() {
            return Scram.encodeBase64(salt);
        }

        byte[] storedKey() {
            return storedKey;
        }

        byte[] serverKey() {
            return serverKey;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ScramVerifier that
                    && iterations == that.iterations
                    && Arrays.equals(salt, that.salt)
                    && MessageDigest.isEqual(storedKey, that.storedKey)
                    && MessageDigest.isEqual(serverKey, that.serverKey);
        }

        @Override
        public int hashCode() {
            return 31 * iterations + Arrays.hashCode(storedKey);
        }

        @Override
        public String toString() {
            return "ScramVerifier[***]";
        }
    }
}
