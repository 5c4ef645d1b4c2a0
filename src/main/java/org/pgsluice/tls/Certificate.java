package org.pgsluice.tls;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that one side has shown in a handshake. Immutable.
 *
 * @param commonName the first CN of its subject; null when there is none, or it has a zero byte, which only a forger puts there
 * @param distinguishedName its whole subject, in the order and notation of RFC 2253, as PostgreSQL compares it
 * @param der the certificate itself
 * @param endPointHash its hash as {@code tls-server-end-point} has it (RFC 5929), which SCRAM binds to; empty where its signature has no hash
 */
@SuppressWarnings("ArrayRecordComponent") // nobody changes it
public record Certificate(@Nullable String commonName, String distinguishedName, byte[] der, byte[] endPointHash) {
    private static final MethodHandle TO_DER = OpenSsl.crypto("i2d_X509");
    private static final MethodHandle SUBJECT = OpenSsl.crypto("X509_get_subject_name");
    private static final MethodHandle INDEX = OpenSsl.crypto("X509_NAME_get_index_by_NID");
    private static final MethodHandle ENTRY = OpenSsl.crypto("X509_NAME_get_entry");
    private static final MethodHandle ENTRY_DATA = OpenSsl.crypto("X509_NAME_ENTRY_get_data");
    private static final MethodHandle TO_UTF8 = OpenSsl.crypto("ASN1_STRING_to_UTF8");
    private static final MethodHandle FREE = OpenSsl.crypto("CRYPTO_free");
    private static final MethodHandle PRINT = OpenSsl.crypto("X509_NAME_print_ex");
    private static final MethodHandle BIO_NEW = OpenSsl.crypto("BIO_new");
    private static final MethodHandle BIO_MEMORY = OpenSsl.crypto("BIO_s_mem");
    private static final MethodHandle BIO_FREE = OpenSsl.crypto("BIO_free");

    private static final int COMMON_NAME = 13;
    private static final int BIO_CONTENT = 3;
    /** XN_FLAG_RFC2253. */
    private static final int RFC2253 = 0x1110317;

    private static final int DNS_NAME = 2;

    static Certificate read(long x509) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(JAVA_LONG);
            int length = (int) OpenSsl.call(TO_DER, x509, 0, 0);
            MemorySegment der = arena.allocate(length);
            pointer.set(JAVA_LONG, 0, der.address());
            OpenSsl.call(TO_DER, x509, pointer.address(), 0);
            long subject = OpenSsl.call(SUBJECT, x509);
            byte[] hash = EndPointHash.of(x509);
            return new Certificate(commonName(subject, pointer), distinguishedName(subject, pointer), OpenSsl.bytes(der.address(), length), hash);
        }
    }

    private static @Nullable String commonName(long subject, MemorySegment pointer) {
        int index = (int) OpenSsl.call(INDEX, subject, COMMON_NAME, -1);
        if (index < 0) {
            return null;
        }
        long data = OpenSsl.call(ENTRY_DATA, OpenSsl.call(ENTRY, subject, index, 0));
        int length = (int) OpenSsl.call(TO_UTF8, pointer.address(), data, 0);
        if (length < 0) {
            return null;
        }
        long text = pointer.get(JAVA_LONG, 0);
        String name = new String(OpenSsl.bytes(text, length), StandardCharsets.UTF_8);
        OpenSsl.call(FREE, text);
        return name.indexOf('\0') >= 0 ? null : name;
    }

    private static String distinguishedName(long subject, MemorySegment pointer) {
        long bio = OpenSsl.call(BIO_NEW, OpenSsl.call(BIO_MEMORY, 0));
        OpenSsl.call(PRINT, bio, subject, 0, RFC2253, 0);
        int length = (int) OpenSsl.bioControl(bio, BIO_CONTENT, 0, pointer.address());
        String name = new String(OpenSsl.bytes(pointer.get(JAVA_LONG, 0), length), StandardCharsets.UTF_8);
        OpenSsl.call(BIO_FREE, bio);
        return name;
    }

    /** The DNS names that it is for besides its CN (subjectAltName). Parses the certificate. */
    public List<String> dnsNames() {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = parsed().getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    if (name.get(0) instanceof Integer kind && kind == DNS_NAME && name.get(1) instanceof String text) {
                        names.add(text);
                    }
                }
            }
        } catch (CertificateException malformed) {
            names.clear();
        }
        return names;
    }

    private X509Certificate parsed() throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    @Override
    public String toString() {
        return distinguishedName;
    }
}
