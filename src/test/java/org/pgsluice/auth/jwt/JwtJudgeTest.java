package org.pgsluice.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.auth.IdentMap;
import org.pgsluice.auth.NameCheck;
import org.pgsluice.auth.NamePattern;

class JwtJudgeTest {
    private static final String ISSUER = "https://id.example";

    private static RSAKey rsa;
    private static RSAKey stranger;
    private static ECKey ec;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeKeys() throws JOSEException {
        rsa = new RSAKeyGenerator(2048).keyID("one").generate();
        stranger = new RSAKeyGenerator(2048).keyID("one").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
    }

    private static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded()) + "\n-----END PUBLIC KEY-----\n";
    }

    private JwtJudge judge(String keys, NameCheck check) throws Exception {
        Path file = Files.writeString(directory.resolve("keys"), keys);
        return JwtJudge.of(new JwtOptions(file, ISSUER, "pooler", "sub", Duration.ofSeconds(30), check));
    }

    private JwtJudge judge(String keys) throws Exception {
        return judge(keys, NameCheck.SAME);
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().subject("alice").issuer(ISSUER).audience(List.of("other", "pooler")).expirationTime(in(60));
    }

    private static Date in(long seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private static String token(JWSAlgorithm algorithm, String key, JWSSigner signer, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key).build(), claims);
        token.sign(signer);
        return token.serialize();
    }

    private static String signed(JWTClaimsSet.Builder claims) throws JOSEException {
        return token(JWSAlgorithm.RS256, "one", new RSASSASigner(rsa), claims.build());
    }

    private static String ask(JwtJudge judge, String user, String token) {
        return judge.wrong(user, token.getBytes(StandardCharsets.UTF_8), "");
    }

    @Test
    void tokenOfTheKeyInAFileLetsItsUserIn() throws Exception {
        assertThat(ask(judge(pem(rsa.toPublicKey())), "alice", signed(claims()))).isNull();
        String byEc = token(JWSAlgorithm.ES256, "unknown here", new ECDSASigner(ec), claims().build());
        assertThat(ask(judge(pem(ec.toPublicKey())), "alice", byEc)).isNull();
        assertThat(ask(judge(pem(ec.toPublicKey())), "bob", byEc)).isEqualTo("JWT is that of alice");
    }

    @Test
    void keySetHasTheKeyThatTheTokenNames() throws Exception {
        JwtJudge judge = judge(new JWKSet(List.of(rsa.toPublicJWK(), ec.toPublicJWK())).toString());

        assertThat(ask(judge, "alice", signed(claims()))).isNull();
        assertThat(ask(judge, "alice", token(JWSAlgorithm.ES256, "two", new ECDSASigner(ec), claims().build()))).isNull();
        assertThat(ask(judge, "alice", token(JWSAlgorithm.RS256, "three", new RSASSASigner(rsa), claims().build()))).startsWith("JWT is refused");
    }

    @Test
    void signatureOfAnotherKeyIsRefused() throws Exception {
        String forged = token(JWSAlgorithm.RS256, "one", new RSASSASigner(stranger), claims().build());

        assertThat(ask(judge(pem(rsa.toPublicKey())), "alice", forged)).startsWith("JWT is refused");
        assertThat(ask(judge(new JWKSet(rsa.toPublicJWK()).toString()), "alice", forged)).startsWith("JWT is refused");
    }

    @Test
    void tokenWithoutSignatureIsRefused() throws Exception {
        assertThat(ask(judge(pem(rsa.toPublicKey())), "alice", new PlainJWT(claims().build()).serialize())).startsWith("JWT is refused");
    }

    @Test
    void publicKeyIsNoSharedSecret() throws Exception {
        String pem = pem(rsa.toPublicKey());
        for (byte[] secret : List.of(pem.getBytes(StandardCharsets.US_ASCII), rsa.toPublicKey().getEncoded())) {
            String forged = token(JWSAlgorithm.HS256, "one", new MACSigner(secret), claims().build());

            assertThat(ask(judge(pem), "alice", forged)).startsWith("JWT is refused");
            assertThat(ask(judge(new JWKSet(rsa.toPublicJWK()).toString()), "alice", forged)).startsWith("JWT is refused");
        }
    }

    @Test
    void sharedSecretOfAKeySetIsNoKey() throws Exception {
        OctetSequenceKey secret = new OctetSequenceKeyGenerator(256).keyID("secret").generate();
        String keys = new JWKSet(List.of(rsa, secret)).toString(false);

        assertThat(ask(judge(keys), "alice", token(JWSAlgorithm.HS256, "secret", new MACSigner(secret), claims().build()))).startsWith("JWT is refused");
    }

    @Test
    void tokenHasItsTime() throws Exception {
        JwtJudge judge = judge(pem(rsa.toPublicKey()));

        assertThat(ask(judge, "alice", signed(claims().expirationTime(null)))).startsWith("JWT is refused");
        assertThat(ask(judge, "alice", signed(claims().expirationTime(in(-120))))).isEqualTo("JWT is refused: Expired JWT");
        assertThat(ask(judge, "alice", signed(claims().expirationTime(in(-5))))).as("within the leeway").isNull();
        assertThat(ask(judge, "alice", signed(claims().notBeforeTime(in(120))))).startsWith("JWT is refused");
    }

    @Test
    void tokenIsMeantForUsAndOfTheIssuer() throws Exception {
        JwtJudge judge = judge(pem(rsa.toPublicKey()));

        assertThat(ask(judge, "alice", signed(claims().audience("other")))).startsWith("JWT is refused");
        assertThat(ask(judge, "alice", signed(claims().audience((String) null)))).startsWith("JWT is refused");
        assertThat(ask(judge, "alice", signed(claims().issuer("https://evil.example")))).startsWith("JWT is refused");
        assertThat(ask(judge, "alice", signed(claims().issuer(null)))).startsWith("JWT is refused");
        assertThat(ask(judge, "alice", signed(claims().subject(null)))).startsWith("JWT is refused");
    }

    @Test
    void mapSaysWhoMayBeWhom() throws Exception {
        IdentMap map = new IdentMap("m", List.of(new IdentMap.Mapping(NamePattern.of("/^(.*)@example$"), NamePattern.literal("\\1"), true)));
        JwtJudge judge = judge(pem(rsa.toPublicKey()), new NameCheck(map));

        assertThat(ask(judge, "alice", signed(claims().subject("alice@example")))).isNull();
        assertThat(ask(judge, "bob", signed(claims().subject("alice@example")))).isNotNull();
        assertThat(ask(judge, "alice", signed(claims()))).isNotNull();
    }

    @Test
    void passwordThatIsNoTokenIsNotRepeated() throws Exception {
        JwtJudge judge = judge(pem(rsa.toPublicKey()));

        for (String typed : List.of("hunter2", "a.b.c", "..", "{}", "a.b.c.d.e", "\u0000")) {
            assertThat(ask(judge, "alice", typed)).isEqualTo("not a JWT");
        }
    }

    @Test
    void fileWithoutAKeyThatServesIsNamed() throws Exception {
        assertThatThrownBy(() -> judge("nonsense")).isInstanceOf(JwtException.class).hasMessageContaining("neither a public key");
        assertThatThrownBy(() -> judge("{nonsense")).isInstanceOf(JwtException.class).hasMessageContaining("no JSON Web Key Set");
        RSAKey weak = new RSAKeyGenerator(1024, true).generate();
        assertThatThrownBy(() -> judge(pem(weak.toPublicKey()))).isInstanceOf(JwtException.class).hasMessageContaining("2048 bits or more");
        assertThatThrownBy(() -> judge(new JWKSet(weak.toPublicJWK()).toString())).isInstanceOf(JwtException.class).hasMessageContaining("2048 bits");
        ECKey other = new ECKeyGenerator(Curve.P_384).generate();
        assertThatThrownBy(() -> judge(pem(other.toPublicKey()))).isInstanceOf(JwtException.class).hasMessageContaining("P-256");
    }
}
