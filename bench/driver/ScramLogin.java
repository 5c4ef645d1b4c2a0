package org.pgsluice.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's side of SCRAM-SHA-256. The slow key is derived once for each salt, so that the driver does not drown what it measures. */
final class ScramLogin {
    private static final String NONCE = "cGdzbHVpY2UgYmVuY2ggbm9uY2U";
    private static final ConcurrentHashMap<String, byte[]> KEYS = new ConcurrentHashMap<>();
    private static final String FIRST = "n=,r=" + NONCE;

    private final String password;

    ScramLogin(String password) {
        this.password = password;
    }

    byte[] initialResponse() {
        byte[] first = ("n,," + FIRST).getBytes(StandardCharsets.UTF_8);
        return new Bytes().message('p', "SCRAM-SHA-256", first.length, first).toArray();
    }

    byte[] finalResponse(String challenge) {
        String[] fields = challenge.split(",", 3);
        String salt = fields[1].substring(2);
        int iterations = Integer.parseInt(fields[2].substring(2));
        String withoutProof = "c=biws," + fields[0];
        try {
            byte[] salted = KEYS.computeIfAbsent(salt + "/" + iterations, key -> derive(salt, iterations));
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] signature = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), FIRST + "," + challenge + "," + withoutProof);
            for (int i = 0; i < signature.length; i++) {
                signature[i] ^= clientKey[i];
            }
            String last = withoutProof + ",p=" + Base64.getEncoder().encodeToString(signature);
            return new Bytes().message('p', last.getBytes(StandardCharsets.UTF_8)).toArray();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] derive(String salt, int iterations) {
        try {
            PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), Base64.getDecoder().decode(salt), iterations, 256);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
