package org.pgsluice.tls;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file with keys or certificates, read once. It is forgotten when its context is made: nothing of a key stays in the heap for long. */
final class PemFile {
    private static final MethodHandle BIO_NEW_MEM_BUF = OpenSsl.crypto("BIO_new_mem_buf");
    private static final MethodHandle BIO_FREE = OpenSsl.crypto("BIO_free");
    private static final MethodHandle READ_CERTIFICATE = OpenSsl.crypto("PEM_read_bio_X509");
    private static final MethodHandle READ_LIST = OpenSsl.crypto("PEM_read_bio_X509_CRL");
    private static final MethodHandle READ_KEY = OpenSsl.crypto("PEM_read_bio_PrivateKey");
    /** The library and reason of OpenSSL's error for the end of a file. */
    private static final int NO_START_LINE = 9 << 23 | 108;
    private static final long LARGEST = 16 << 20;

    private final String what;
    private final String setting;
    private final String path;
    private final byte[] content;

    private PemFile(String what, String setting, String path, byte[] content) {
        this.what = what;
        this.setting = setting;
        this.path = path;
        this.content = content;
    }

    /** {@code what} it should be, and the {@code setting} that names it, are for messages. */
    static PemFile read(String what, String setting, String path) throws TlsException {
        try {
            Path file = Path.of(path);
            if (Files.size(file) > LARGEST) {
                throw failed(what, setting, path, "File too large");
            }
            return new PemFile(what, setting, path, Files.readAllBytes(file));
        } catch (TlsException known) {
            throw known;
        } catch (NoSuchFileException e) {
            throw failed(what, setting, path, "No such file or directory");
        } catch (AccessDeniedException e) {
            throw failed(what, setting, path, "Permission denied");
        } catch (IOException | RuntimeException e) {
            throw failed(what, setting, path, String.valueOf(e.getMessage()));
        }
    }

    private static TlsException failed(String what, String setting, String path, String reason) {
        return new TlsException("TLS setup failed: failed to load " + what + " file \"" + path + "\" of " + setting + ": " + reason);
    }

    TlsException failed(String reason) {
        return failed(what, setting, path, reason);
    }

    byte[] content() {
        return content;
    }

    /** All certificates in it, to be freed by the caller. */
    List<Long> certificates() throws TlsException {
        List<Long> found = all(READ_CERTIFICATE);
        if (found.isEmpty()) {
            throw failed("it has no certificate");
        }
        return found;
    }

    /** All revocation lists in it, to be freed by the caller. */
    List<Long> revocationLists() throws TlsException {
        return all(READ_LIST);
    }

    /** The private key in it, to be freed by the caller. */
    long key() throws TlsException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")) {
            throw failed("the key is encrypted, and there is nobody to ask for its passphrase");
        }
        try (Arena arena = Arena.ofConfined()) {
            long bio = open(arena);
            // With a passphrase, if an empty one: without, OpenSSL asks on the terminal.
            long key = OpenSsl.call(READ_KEY, bio, 0, 0, OpenSsl.cString(arena, ""), 0);
            OpenSsl.call(BIO_FREE, bio);
            if (key == 0) {
                throw failed(OpenSsl.errorText());
            }
            return key;
        }
    }

    private List<Long> all(MethodHandle read) throws TlsException {
        List<Long> found = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            long bio = open(arena);
            long next = OpenSsl.call(read, bio, 0, 0, OpenSsl.cString(arena, ""), 0);
            while (next != 0) {
                found.add(next);
                next = OpenSsl.call(read, bio, 0, 0, OpenSsl.cString(arena, ""), 0);
            }
            OpenSsl.call(BIO_FREE, bio);
        }
        if ((int) OpenSsl.lastError() != NO_START_LINE) {
            throw failed(OpenSsl.errorText());
        }
        OpenSsl.clearErrors();
        return found;
    }

    private long open(Arena arena) {
        OpenSsl.clearErrors();
        MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
        return OpenSsl.call(BIO_NEW_MEM_BUF, copy.address(), content.length, 0);
    }
}
