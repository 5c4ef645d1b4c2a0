package org.pgsluice.auth.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.auth.AuthMethod;
import org.pgsluice.auth.AuthRules;
import org.pgsluice.auth.PasswordJudge;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;

class RulesReaderTest {
    @TempDir
    Path directory;

    @Test
    void typeThatLetsNobodyInIsSaidBeforehand() throws Exception {
        assertThat(RulesReader.read(Config.defaults().with(Settings.AUTH_TYPE, "hba")).problems()).containsExactly("auth_type=hba needs auth_hba_file");
    }

    @Test
    void filesAreReadOnlyWhereTheyCount() throws Exception {
        Config config = Config.defaults().with(Settings.AUTH_HBA_FILE, "nowhere").with(Settings.AUTH_IDENT_FILE, "nowhere");

        assertThat(RulesReader.read(config).problems()).isEmpty();
        assertThat(RulesReader.read(config.with(Settings.AUTH_TYPE, "hba")).problems()).containsExactly(
                "could not open ident config file nowhere: No such file or directory",
                "could not open hba config file nowhere: No such file or directory");
    }

    @Test
    void mapsOfTheIdentFileAreKnownToTheRules() throws Exception {
        Path ident = Files.writeString(directory.resolve("ident.conf"), "m root app\n");
        Path hba = Files.writeString(directory.resolve("hba.conf"), "local all all peer map=m\nlocal all all peer map=n\n");
        Config config = Config.defaults().with(Settings.AUTH_HBA_FILE, hba.toString()).with(Settings.AUTH_IDENT_FILE, ident.toString());

        assertThat(RulesReader.read(config.with(Settings.AUTH_TYPE, "hba")).problems()).singleElement().asString().contains("Ident map n is not found");
    }

    @Test
    void certificatesNeedTheModeThatVerifiesThem() throws Exception {
        Config config = Config.defaults().with(Settings.AUTH_TYPE, "cert");

        assertThat(RulesReader.read(config).problems()).containsExactly("auth_type=cert requires client_tls_sslmode=SSLMODE_VERIFY_FULL");
        Config verified = config.with(Settings.CLIENT_TLS_SSLMODE, "verify-full");
        assertThat(RulesReader.read(verified).problems()).containsExactly("auth_type=cert requires client_tls_ca_file");
        assertThat(RulesReader.read(verified.with(Settings.CLIENT_TLS_CA_FILE, "ca.pem")).problems()).isEmpty();
    }

    @Test
    void optionsOfLdapAreNeededAndChecked() throws Exception {
        Config config = Config.defaults().with(Settings.AUTH_TYPE, "ldap");

        assertThat(RulesReader.read(config).problems()).containsExactly("auth_ldap_options is null");
        assertThat(RulesReader.read(config.with(Settings.AUTH_LDAP_OPTIONS, "ldapserver=h")).problems()).singleElement().asString()
                .startsWith("auth_ldap_options: \"ldap\" requires");
    }

    @Test
    void tokensNeedAKeyAndAnAudience() throws Exception {
        Config config = Config.defaults().with(Settings.AUTH_TYPE, "jwt");

        assertThat(RulesReader.read(config).problems()).containsExactly("jwt needs auth_jwt_keys and auth_jwt_audience");
        Config missing = config.with(Settings.AUTH_JWT_KEYS, "nowhere").with(Settings.AUTH_JWT_AUDIENCE, "pooler");
        assertThat(RulesReader.read(missing).problems()).containsExactly("could not read nowhere: NoSuchFileException");
        assertThat(RulesReader.read(missing.with(Settings.AUTH_JWT_MAP, "m")).problems()).containsExactly("Ident map m is not found in ident config file");
    }

    @Test
    void settingsSayWhatATokenMustBe() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("k").generate();
        Path keys = Files.writeString(directory.resolve("keys.json"), new JWKSet(key.toPublicJWK()).toString());
        Path ident = Files.writeString(directory.resolve("ident.conf"), "m alice@example app\n");
        Config config = Config.defaults()
                .with(Settings.AUTH_TYPE, "jwt")
                .with(Settings.AUTH_IDENT_FILE, ident.toString())
                .with(Settings.AUTH_JWT_KEYS, keys.toString())
                .with(Settings.AUTH_JWT_AUDIENCE, "pooler")
                .with(Settings.AUTH_JWT_ISSUER, "id")
                .with(Settings.AUTH_JWT_CLAIM, "email")
                .with(Settings.AUTH_JWT_MAP, "m")
                .with(Settings.AUTH_JWT_LEEWAY, "600");
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(), new JWTClaimsSet.Builder()
                .claim("email", "alice@example").issuer("id").audience("pooler").expirationTime(Date.from(Instant.now().minusSeconds(200))).build());
        token.sign(new RSASSASigner(key));
        byte[] password = token.serialize().getBytes(StandardCharsets.US_ASCII);

        assertThat(judge(config).wrong("app", password, "")).isNull();
        assertThat(judge(config).wrong("alice@example", password, "")).isNotNull();
        assertThat(judge(config.with(Settings.AUTH_JWT_ISSUER, "other")).wrong("app", password, "")).isNotNull();
        assertThat(judge(config.with(Settings.AUTH_JWT_LEEWAY, "0")).wrong("app", password, "")).isNotNull();
    }

    private static PasswordJudge judge(Config config) {
        RulesReader.Result read = RulesReader.read(config);
        assertThat(read.problems()).isEmpty();
        return ((AuthMethod.Judged) ((AuthRules.SameForAll) read.rules()).method()).judge();
    }
}
