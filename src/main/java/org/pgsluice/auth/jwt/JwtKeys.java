package org.pgsluice.auth.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the keys that tokens are signed with: RSA of 2048 bits or more for RS256, P-256 for ES256. A shared secret is no key here. */
final class JwtKeys {
    private static final int LEAST_RSA_BITS = 2048;
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

    private JwtKeys() {}

    /** Chooses the key for a token's header. */
    static JWSKeySelector<SecurityContext> read(Path file) throws JwtException {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new JwtException("could not read " + file + ": " + e.getClass().getSimpleName());
        }
        return text.stripLeading().startsWith("{") ? keySet(file, text) : pem(file, text);
    }

    private static JWSKeySelector<SecurityContext> keySet(Path file, String text) throws JwtException {
        List<JWK> usable = new ArrayList<>();
        try {
            for (JWK key : JWKSet.parse(text).getKeys()) {
                if (key instanceof RSAKey rsa && rsa.size() >= LEAST_RSA_BITS || key instanceof ECKey ec && Curve.P_256.equals(ec.getCurve())) {
                    usable.add(key.toPublicJWK());
                }
            }
        } catch (ParseException e) {
            throw new JwtException(file + " is no JSON Web Key Set");
        }
        if (usable.isEmpty()) {
            throw new JwtException(file + " has no key for RS256 (RSA, 2048 bits or more) or ES256 (P-256)");
        }
        return new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(new JWKSet(usable)));
    }

    /** The one key of the file counts for every token, whatever key its header names. */
    private static JWSKeySelector<SecurityContext> pem(Path file, String text) throws JwtException {
        PublicKey key = publicKey(file, text);
        JWSAlgorithm algorithm = key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= LEAST_RSA_BITS ? JWSAlgorithm.RS256
                : key instanceof ECPublicKey ec && Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams())) ? JWSAlgorithm.ES256
                : null;
        if (algorithm == null) {
            throw new JwtException(file + " has no key for RS256 (RSA, 2048 bits or more) or ES256 (P-256)");
        }
        List<Key> keys = List.of(key);
        return (header, context) -> algorithm.equals(header.getAlgorithm()) ? keys : List.of();
    }

    private static PublicKey publicKey(Path file, String text) throws JwtException {
        try {
            byte[] certificate = block(text, "CERTIFICATE");
            if (certificate != null) {
                return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate)).getPublicKey();
            }
            byte[] encoded = block(text, "PUBLIC KEY");
            if (encoded != null) {
                return publicKey(new X509EncodedKeySpec(encoded));
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new JwtException(file + " has a broken key");
        }
        throw new JwtException(file + " has neither a public key nor a certificate in PEM form, nor a JSON Web Key Set");
    }

    /** The encoding names the algorithm, but the JDK wants to be told. */
    private static PublicKey publicKey(X509EncodedKeySpec encoded) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance("RSA").generatePublic(encoded);
        } catch (InvalidKeySpecException other) {
            return KeyFactory.getInstance("EC").generatePublic(encoded);
        }
    }

    /** The bytes of a block of PEM; null when there is none of that name. */
    private static byte @Nullable [] block(String text, String name) {
        String begin = "-----BEGIN " + name + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + name + "-----");
        if (from < 0 || to < from) {
            return null;
        }
        return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to).getBytes(StandardCharsets.US_ASCII));
    }
}
