package org.pgsluice.tls;

import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of one side's TLS, each read once.
 *
 * @param key our private key; null for none
 * @param certificates our certificate, then those that lead to its authority; null for none
 * @param authorities those that vouch for the other side, and revocation lists; null for the system's
 */
record TlsFiles(@Nullable PemFile key, @Nullable PemFile certificates, @Nullable PemFile authorities) {
    private static final MethodHandle USE_CERTIFICATE = OpenSsl.ssl("SSL_CTX_use_certificate");
    private static final MethodHandle USE_KEY = OpenSsl.ssl("SSL_CTX_use_PrivateKey");
    private static final MethodHandle CHECK_KEY = OpenSsl.ssl("SSL_CTX_check_private_key");
    private static final MethodHandle CONTROL = OpenSsl.ssl("SSL_CTX_ctrl");
    private static final MethodHandle SET_VERIFY = OpenSsl.ssl("SSL_CTX_set_verify");
    private static final MethodHandle SET_VERIFY_DEPTH = OpenSsl.ssl("SSL_CTX_set_verify_depth");
    private static final MethodHandle STORE = OpenSsl.ssl("SSL_CTX_get_cert_store");
    private static final MethodHandle PARAMETERS = OpenSsl.ssl("SSL_CTX_get0_param");
    private static final MethodHandle ADD_CLIENT_CA = OpenSsl.ssl("SSL_CTX_add_client_CA");
    private static final MethodHandle DEFAULT_PATHS = OpenSsl.ssl("SSL_CTX_set_default_verify_paths");
    private static final MethodHandle ADD_CERTIFICATE = OpenSsl.crypto("X509_STORE_add_cert");
    private static final MethodHandle ADD_LIST = OpenSsl.crypto("X509_STORE_add_crl");
    private static final MethodHandle SET_FLAGS = OpenSsl.crypto("X509_VERIFY_PARAM_set_flags");
    private static final MethodHandle FREE_CERTIFICATE = OpenSsl.crypto("X509_free");
    private static final MethodHandle FREE_LIST = OpenSsl.crypto("X509_CRL_free");
    private static final MethodHandle FREE_KEY = OpenSsl.crypto("EVP_PKEY_free");

    private static final int CHAIN_CERTIFICATE = 89;
    private static final int VERIFY_PEER = 1;
    private static final int FAIL_WITHOUT_CERTIFICATE = 2;
    private static final int CHECK_REVOCATION_OF_ALL = 0x4 | 0x8;
    private static final int DEPTH = 6;

    static TlsFiles read(TlsSettings settings) throws TlsException {
        // In PgBouncer's order: of two that are missing the certificate is named.
        PemFile certificates = read("certificate", settings, "cert_file", settings.certFile());
        PemFile key = read("private key", settings, "key_file", settings.keyFile());
        return new TlsFiles(key, certificates, read("CA", settings, "ca_file", settings.caFile()));
    }

    private static @Nullable PemFile read(String what, TlsSettings settings, String end, String path) throws TlsException {
        return path.isEmpty() ? null : PemFile.read(what, settings.setting(end), path);
    }

    byte[] contentOfKey() {
        return content(key);
    }

    byte[] contentOfCertificates() {
        return content(certificates);
    }

    byte[] contentOfAuthorities() {
        return content(authorities);
    }

    private static byte[] content(@Nullable PemFile file) {
        return file == null ? new byte[0] : file.content();
    }

    /** Gives them to the {@code SSL_CTX}. */
    void use(long ctx, TlsSettings settings, boolean accepts) throws TlsException {
        if (certificates != null) {
            useCertificates(ctx, certificates);
        }
        if (key != null) {
            useKey(ctx, key);
        }
        if (key != null && certificates != null && (int) OpenSsl.call(CHECK_KEY, ctx) != 1) {
            throw mismatch(key);
        }
        if (authorities != null) {
            useAuthorities(ctx, authorities, accepts);
        } else if (settings.verifies()) {
            OpenSsl.call(DEFAULT_PATHS, ctx);
        }
        OpenSsl.call(SET_VERIFY, ctx, verification(settings, accepts), 0);
        OpenSsl.call(SET_VERIFY_DEPTH, ctx, DEPTH, 0);
    }

    private static TlsException mismatch(PemFile key) {
        return key.failed("private/public key mismatch");
    }

    /** A client may show a certificate where there is something to hold it against, and must where the mode says so. */
    private int verification(TlsSettings settings, boolean accepts) {
        if (!accepts) {
            return settings.verifies() ? VERIFY_PEER : 0;
        }
        if (settings.verifies()) {
            return VERIFY_PEER | FAIL_WITHOUT_CERTIFICATE;
        }
        return authorities == null ? 0 : VERIFY_PEER;
    }

    private static void useCertificates(long ctx, PemFile file) throws TlsException {
        List<Long> all = file.certificates();
        for (int i = 0; i < all.size(); i++) {
            long certificate = all.get(i);
            if (i > 0) {
                // It belongs to the context from now on.
                OpenSsl.call(CONTROL, ctx, CHAIN_CERTIFICATE, 0, certificate, 0);
                continue;
            }
            boolean taken = (int) OpenSsl.call(USE_CERTIFICATE, ctx, certificate, 0) == 1;
            OpenSsl.call(FREE_CERTIFICATE, certificate);
            if (!taken) {
                throw file.failed(OpenSsl.errorText());
            }
        }
    }

    private static void useKey(long ctx, PemFile file) throws TlsException {
        long key = file.key();
        boolean taken = (int) OpenSsl.call(USE_KEY, ctx, key, 0) == 1;
        OpenSsl.call(FREE_KEY, key);
        if (!taken) {
            throw mismatch(file);
        }
    }

    private static void useAuthorities(long ctx, PemFile file, boolean accepts) throws TlsException {
        long store = OpenSsl.call(STORE, ctx);
        for (long certificate : file.certificates()) {
            OpenSsl.call(ADD_CERTIFICATE, store, certificate, 0);
            if (accepts) {
                OpenSsl.call(ADD_CLIENT_CA, ctx, certificate, 0);
            }
            OpenSsl.call(FREE_CERTIFICATE, certificate);
        }
        List<Long> lists = file.revocationLists();
        for (long list : lists) {
            OpenSsl.call(ADD_LIST, store, list, 0);
            OpenSsl.call(FREE_LIST, list);
        }
        if (!lists.isEmpty()) {
            OpenSsl.call(SET_FLAGS, OpenSsl.call(PARAMETERS, ctx), CHECK_REVOCATION_OF_ALL, 0);
        }
    }
}
