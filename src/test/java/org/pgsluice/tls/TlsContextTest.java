package org.pgsluice.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pgsluice.config.SslMode;

/** Contexts from files, and what sessions under them agree on. */
class TlsContextTest {
    private static final TlsTarget TARGET = new TlsTarget("db.example", true, true);

    @TempDir
    private static Path directory;

    private static TestAuthority authority;

    @BeforeAll
    static void sign() {
        authority = new TestAuthority(directory, "first");
        authority.sign("server", "/CN=db.example", "DNS:db.example,IP:127.0.0.1");
        authority.sign("alice", "/O=Acme, Inc./OU=Ops/CN=alice", "DNS:alice.example,DNS:a.example");
    }

    private static TlsSettings server(SslMode mode) {
        return authority.settings("client_tls", mode, "server");
    }

    private static TlsContext client(String name) throws TlsException {
        return TlsContext.connecting(authority.settings("server_tls", SslMode.VERIFY_FULL, name));
    }

    private static TlsSettings with(TlsSettings at, String protocols, String ciphers, @Nullable String suites, String groups) {
        return new TlsSettings(at.prefix(), at.mode(), protocols, ciphers, suites, at.keyFile(), at.certFile(), at.caFile(), at.dheParams(), groups);
    }

    private static TlsSettings files(String key, String certificate, String authorities) {
        return new TlsSettings("client_tls", SslMode.REQUIRE, "secure", "default", null, key, certificate, authorities, "auto", "auto");
    }

    private static String file(String name) {
        return authority.file(name).toString();
    }

    @Test
    void bothSidesAgreeAndUnderstandOneAnother() throws TlsException {
        SessionPair pair = new SessionPair(TlsContext.accepting(server(SslMode.REQUIRE)), client(""), TARGET).shake();

        assertThat(pair.said("hello")).isEqualTo("hello");
        assertThat(pair.server.facts().summary()).isEqualTo("TLSv1.3/TLS_AES_256_GCM_SHA384").isEqualTo(pair.client.facts().summary());
        assertThat(pair.server.facts().protocol()).isEqualTo("postgresql").isEqualTo(pair.client.facts().protocol());
        assertThat(pair.server.facts().peerCertificate()).isNull();
    }

    @Test
    void olderVersionTellsItsKeyExchange() throws TlsException {
        TlsSettings older = with(server(SslMode.REQUIRE), "tlsv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256", null, "prime256v1");

        SessionPair pair = new SessionPair(TlsContext.accepting(older), client(""), TARGET).shake();

        assertThat(pair.server.facts().summary()).isEqualTo("TLSv1.2/ECDHE-ECDSA-AES128-GCM-SHA256/ECDH=prime256v1").isEqualTo(pair.client.facts().summary());
    }

    @Test
    void suiteOfTls13IsTheOneThatIsSet() throws TlsException {
        TlsSettings chosen = with(server(SslMode.REQUIRE), "tlsv1.3", "default", "TLS_CHACHA20_POLY1305_SHA256", "auto");

        SessionPair pair = new SessionPair(TlsContext.accepting(chosen), client(""), TARGET).shake();

        assertThat(pair.server.facts().summary()).isEqualTo("TLSv1.3/TLS_CHACHA20_POLY1305_SHA256");
    }

    @Test
    void certificateOfAClientIsReadWhole() throws TlsException, NoSuchAlgorithmException {
        SessionPair pair = new SessionPair(TlsContext.accepting(server(SslMode.VERIFY_FULL)), client("alice"), TARGET).shake();

        Certificate shown = pair.server.facts().peerCertificate();
        assertThat(shown).isNotNull();
        assertThat(shown.commonName()).isEqualTo("alice");
        assertThat(shown.distinguishedName()).isEqualTo("CN=alice,OU=Ops,O=Acme\\, Inc.");
        assertThat(shown.dnsNames()).containsExactly("alice.example", "a.example");
        assertThat(shown.der()).isEqualTo(pair.client.facts().ownCertificate().der());
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(pair.server.facts().ownCertificate().der());
        assertThat(pair.client.facts().peerCertificate().endPointHash()).isEqualTo(hash);
    }

    @ParameterizedTest
    @CsvSource({"rsa:2048, -sha256, SHA-256", "rsa:2048, -sha384, SHA-384", "rsa:2048, -sha512, SHA-512", "rsa:2048, -sha1, SHA-256", "ed25519, -sha256, none"})
    void hashThatScramBindsToIsThatOfTheSignature(String key, String hash, String expected) throws Exception {
        authority.openssl("req", "-x509", "-newkey", key, hash, "-nodes", "-days", "30", "-subj", "/CN=localhost",
                "-keyout", authority.file("hashed.key").toString(), "-out", authority.file("hashed.crt").toString());
        TlsContext context = TlsContext.accepting(authority.settings("client_tls", SslMode.REQUIRE, "hashed"));

        TlsContext trusting = TlsContext.connecting(authority.settings("server_tls", SslMode.REQUIRE, ""));
        Certificate shown = new SessionPair(context, trusting, new TlsTarget("localhost", false, false)).shake().client.facts().peerCertificate();

        byte[] right = expected.equals("none") ? new byte[0] : MessageDigest.getInstance(expected).digest(shown.der());
        assertThat(shown.endPointHash()).isEqualTo(right);
        assertThat(context.endPointHash()).isEqualTo(right);
    }

    @Test
    void verifyingServerWantsACertificate() throws TlsException {
        SessionPair pair = new SessionPair(TlsContext.accepting(server(SslMode.VERIFY_CA)), client(""), TARGET);

        assertThatThrownBy(pair::shake).isInstanceOf(TlsException.class).hasMessageStartingWith("handshake failed: error:")
                .hasMessageContaining("peer did not return a certificate");
    }

    @Test
    void strangersCertificateIsRefusedAlsoWhereNoneIsNeeded(@TempDir Path other) throws TlsException {
        TestAuthority stranger = new TestAuthority(other, "stranger");
        stranger.sign("mallory", "/CN=alice", "");
        TlsSettings mallory = new TlsSettings("server_tls", SslMode.REQUIRE, "secure", "default", null, stranger.file("mallory.key").toString(),
                stranger.file("mallory.crt").toString(), "", "auto", "auto");

        SessionPair pair = new SessionPair(TlsContext.accepting(server(SslMode.ALLOW)), TlsContext.connecting(mallory), TARGET);

        assertThatThrownBy(pair::shake).isInstanceOf(TlsException.class).hasMessageContaining("certificate verify failed");
    }

    @Test
    void serverOfAnotherNameIsRefused() throws TlsException {
        TlsContext accepting = TlsContext.accepting(server(SslMode.REQUIRE));

        assertThatThrownBy(() -> new SessionPair(accepting, client(""), new TlsTarget("other.example", true, false)).shake())
                .isInstanceOf(TlsException.class).hasMessageContaining("certificate verify failed").hasMessageContaining("(hostname mismatch)");
        assertThatThrownBy(() -> new SessionPair(accepting, client(""), new TlsTarget("127.0.0.2", true, false)).shake())
                .hasMessageContaining("(IP address mismatch)");
        new SessionPair(accepting, client(""), new TlsTarget("127.0.0.1", true, false)).shake();
        new SessionPair(accepting, client(""), new TlsTarget("other.example", false, false)).shake();
    }

    @Test
    void revokedCertificateIsRefused() throws IOException {
        authority.sign("revoked", "/CN=bob", "");
        Files.writeString(authority.file("index.txt"), "");
        Files.writeString(authority.file("ca.cnf"), "[ca]\ndefault_ca=d\n[d]\ndatabase=" + file("index.txt") + "\ndefault_md=sha256\ndefault_crl_days=30\n");
        authority.openssl("ca", "-config", file("ca.cnf"), "-cert", file("ca.crt"), "-keyfile", file("ca.key"), "-revoke", file("revoked.crt"));
        authority.openssl("ca", "-config", file("ca.cnf"), "-cert", file("ca.crt"), "-keyfile", file("ca.key"), "-gencrl", "-out", file("ca.crl"));
        Files.writeString(authority.file("both.crt"), Files.readString(authority.file("ca.crt")) + Files.readString(authority.file("ca.crl")));
        TlsContext accepting = TlsContext.accepting(files(file("server.key"), file("server.crt"), file("both.crt")));

        new SessionPair(accepting, client("alice"), TARGET).shake();
        assertThatThrownBy(() -> new SessionPair(accepting, client("revoked"), TARGET).shake())
                .hasMessageContaining("certificate verify failed").hasMessageContaining("(certificate revoked)");
    }

    @Test
    void protocolAboveNeedNotBeNamed() throws TlsException {
        TlsContext accepting = TlsContext.accepting(server(SslMode.REQUIRE));

        SessionPair pair = new SessionPair(accepting, client(""), new TlsTarget("db.example", true, false)).shake();

        assertThat(pair.server.facts().protocol()).isNull();
    }

    @Test
    void keysOfEveryKindAreRead() throws TlsException {
        authority.openssl("genrsa", "-traditional", "-out", file("pkcs1.key"), "2048");
        authority.openssl("ec", "-in", file("server.key"), "-out", file("sec1.key"));
        authority.openssl("req", "-x509", "-key", file("pkcs1.key"), "-subj", "/CN=rsa", "-days", "30", "-out", file("pkcs1.crt"));

        TlsContext.accepting(files(file("pkcs1.key"), file("pkcs1.crt"), ""));
        TlsContext.accepting(files(file("sec1.key"), file("server.crt"), ""));
    }

    @Test
    void whatIsWrongWithAFileNamesItAndItsSetting() throws IOException {
        authority.openssl("pkcs8", "-topk8", "-in", file("server.key"), "-passout", "pass:secret", "-out", file("locked.key"));
        authority.openssl("ec", "-in", file("server.key"), "-aes128", "-passout", "pass:secret", "-out", file("old.key"));
        Files.writeString(authority.file("empty.crt"), "");
        Files.writeString(authority.file("torn.crt"), Files.readString(authority.file("server.crt")).substring(0, 200));

        assertThatThrownBy(() -> TlsContext.accepting(files(file("server.key"), file("none.crt"), ""))).isInstanceOf(TlsException.class)
                .hasMessage("TLS setup failed: failed to load certificate file \"" + file("none.crt")
                        + "\" of client_tls_cert_file: No such file or directory");
        assertThatThrownBy(() -> TlsContext.accepting(files(file("locked.key"), file("server.crt"), ""))).isInstanceOf(TlsException.class)
                .hasMessageContaining("client_tls_key_file").hasMessageContaining("locked.key").hasMessageContaining("the key is encrypted");
        assertThatThrownBy(() -> TlsContext.accepting(files(file("old.key"), file("server.crt"), ""))).hasMessageContaining("the key is encrypted");
        assertThatThrownBy(() -> TlsContext.accepting(files(file("alice.key"), file("server.crt"), ""))).isInstanceOf(TlsException.class)
                .hasMessageContaining("client_tls_key_file").hasMessageContaining("private/public key mismatch");
        assertThatThrownBy(() -> TlsContext.accepting(files(file("server.crt"), file("server.crt"), ""))).hasMessageContaining("client_tls_key_file");
        assertThatThrownBy(() -> TlsContext.accepting(files(file("server.key"), file("empty.crt"), ""))).hasMessageContaining("it has no certificate");
        assertThatThrownBy(() -> TlsContext.accepting(files(file("server.key"), file("torn.crt"), ""))).hasMessageContaining("client_tls_cert_file");
        assertThatThrownBy(() -> TlsContext.accepting(files(file("server.key"), file("server.crt"), file("none")))).hasMessageContaining("client_tls_ca_file");
    }

    @Test
    void whatIsWrongWithAValueNamesItAndItsSetting() {
        TlsSettings good = server(SslMode.REQUIRE);

        assertThatThrownBy(() -> TlsContext.accepting(with(good, "tlsv1.4", "default", null, "auto"))).hasMessage("invalid client_tls_protocols: tlsv1.4");
        assertThatThrownBy(() -> TlsContext.accepting(with(good, "secure", "NONE", null, "auto"))).hasMessage("invalid client_tls_ciphers: NONE");
        assertThatThrownBy(() -> TlsContext.accepting(with(good, "secure", "default", "unknown", "auto")))
                .hasMessage("TLS setup failed: failed to set the TLSv1.3 cipher suites of client_tls13_ciphers: unknown");
        assertThatThrownBy(() -> TlsContext.accepting(with(good, "secure", "default", null, "curve0"))).hasMessage("invalid client_tls_ecdhcurve: curve0");
    }

    @Test
    void contextsAreTheSameByContentAndNotByName() throws IOException {
        Files.copy(authority.file("server.crt"), authority.file("current.crt"));
        TlsSettings settings = files(file("server.key"), file("current.crt"), file("ca.crt"));
        TlsContext before = TlsContext.accepting(settings);
        assertThat(before.isSameAs(TlsContext.accepting(settings))).isTrue();

        Files.writeString(authority.file("current.crt"), Files.readString(authority.file("server.crt")) + "\n");

        assertThat(before.isSameAs(TlsContext.accepting(settings))).isFalse();
        assertThat(before.isSameAs(null)).isFalse();
    }

    @Test
    void protocolsAreReadAsPgBouncerReadsThem() {
        assertThat(Protocols.parse("secure")).isEqualTo(0b1100);
        assertThat(Protocols.parse("all")).isEqualTo(0b1111);
        assertThat(Protocols.parse("tlsv1.1, TLSv1.3")).isEqualTo(0b1010);
        assertThat(Protocols.parse("!tlsv1.0:!tlsv1.1")).isEqualTo(0b1100);
        assertThat(Protocols.parse("secure,tls2")).isZero();
        assertThat(Protocols.parse("")).isZero();
    }
}
