package org.pgsluice.tls;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import org.pgsluice.net.BufferAddresses;
import org.pgsluice.net.Buffers;

/**
 * What the sessions of one reactor read ciphertext from and write it to, one after the other within an event; on its thread. OpenSSL's two memory BIOs stand on
 * buffers that are ours: a session's records go from the socket to OpenSSL and back without a copy in between, and an idle session has no such memory.
 *
 * <p>It takes 192 KiB, and is made with the reactor's first session. The output is OpenSSL's own memory, so that it may grow it: what one event seals fits into
 * it, a chain of very long certificates need not.
 */
final class TlsScratch {
    /** Most bytes of plain text that are sealed into it at once. */
    static final int MOST_SEALED = 64 * 1024;

    /** Most bytes of ciphertext that are opened at once. */
    static final int MOST_OPENED = 64 * 1024;

    private static final MethodHandle BIO_NEW = OpenSsl.crypto("BIO_new");
    private static final MethodHandle BIO_MEMORY = OpenSsl.crypto("BIO_s_mem");
    private static final MethodHandle BIO_UP_REF = OpenSsl.crypto("BIO_up_ref");
    private static final MethodHandle MALLOC = OpenSsl.crypto("CRYPTO_malloc");
    private static final MethodHandle SET_BIO = OpenSsl.ssl("SSL_set_bio");

    private static final int BIO_PENDING = 10;
    private static final int BIO_USE_MEMORY = 114;
    private static final long OUTPUT_BYTES = 128 * 1024;

    // The fields of OpenSSL's BUF_MEM.
    private static final long LENGTH = 0;
    private static final long DATA = 8;
    private static final long MOST = 16;
    private static final long BUF_MEM_BYTES = 32;

    private final Handshakes handshakes = new Handshakes();
    private final Buffers buffers;
    private final BufferAddresses addresses;
    private final MemorySegment input;
    private final ByteBuffer inputBytes;
    private final MemorySegment inputMemory;
    private final MemorySegment outputMemory;
    private final long inputBio;
    private final long outputBio;
    private long outputAddress;
    private ByteBuffer outputBytes;

    private TlsScratch(Buffers buffers) {
        Arena arena = Arena.ofAuto();
        this.buffers = buffers;
        addresses = new BufferAddresses(buffers);
        input = arena.allocate(MOST_OPENED);
        inputBytes = buffers.lasting(input.asByteBuffer());
        inputMemory = arena.allocate(BUF_MEM_BYTES, Long.BYTES);
        outputMemory = arena.allocate(BUF_MEM_BYTES, Long.BYTES);
        inputBio = OpenSsl.call(BIO_NEW, OpenSsl.call(BIO_MEMORY, 0));
        outputBio = OpenSsl.call(BIO_NEW, OpenSsl.call(BIO_MEMORY, 0));
        outputAddress = OpenSsl.call(MALLOC, OUTPUT_BYTES);
        if (inputBio == 0 || outputBio == 0 || outputAddress == 0) {
            throw new OutOfMemoryError("no memory for TLS");
        }
        outputMemory.set(JAVA_LONG, DATA, outputAddress);
        outputMemory.set(JAVA_LONG, MOST, OUTPUT_BYTES);
        outputBytes = viewOfOutput();
        feed(0);
        clearOutput();
    }

    /** That of the reactor whose buffers these are. */
    static TlsScratch of(Buffers buffers) {
        return buffers.companion(TlsScratch.class, TlsScratch::new);
    }

    /** Whose handshake is next on this reactor. */
    Handshakes handshakes() {
        return handshakes;
    }

    /** Has {@code ssl} read and write here from now on. */
    void serve(long ssl) {
        OpenSsl.call(BIO_UP_REF, inputBio);
        OpenSsl.call(BIO_UP_REF, outputBio);
        OpenSsl.call(SET_BIO, ssl, inputBio, outputBio);
    }

    /** The buffer for ciphertext that comes, cleared; what was written to it is given to OpenSSL by {@link #feed}. */
    ByteBuffer input() {
        return inputBytes.clear();
    }

    /** OpenSSL reads the first {@code length} bytes of {@link #input} next. */
    void feed(int length) {
        inputMemory.set(JAVA_LONG, LENGTH, length);
        inputMemory.set(JAVA_LONG, DATA, input.address());
        inputMemory.set(JAVA_LONG, MOST, length);
        OpenSsl.bioControl(inputBio, BIO_USE_MEMORY, 0, inputMemory.address());
    }

    /** Whether OpenSSL has not read all that it was fed. */
    boolean isFed() {
        return OpenSsl.bioControl(inputBio, BIO_PENDING, 0, 0) > 0;
    }

    /** What OpenSSL has not read of the {@code fed} bytes, ready to be taken. It reads nothing of that any more. */
    ByteBuffer unread(int fed) {
        int left = (int) OpenSsl.bioControl(inputBio, BIO_PENDING, 0, 0);
        if (left > 0) {
            feed(0);
        }
        return inputBytes.limit(fed).position(fed - left);
    }

    /** OpenSSL writes to an empty buffer next. */
    void clearOutput() {
        outputMemory.set(JAVA_LONG, LENGTH, 0);
        OpenSsl.bioControl(outputBio, BIO_USE_MEMORY, 0, outputMemory.address());
    }

    /** The ciphertext that OpenSSL has written since {@link #clearOutput}, ready to be taken. */
    ByteBuffer output() {
        if (outputMemory.get(JAVA_LONG, DATA) != outputAddress) {
            outputAddress = outputMemory.get(JAVA_LONG, DATA);
            outputBytes = viewOfOutput();
        }
        return outputBytes.position(0).limit((int) outputMemory.get(JAVA_LONG, LENGTH));
    }

    private ByteBuffer viewOfOutput() {
        return buffers.lasting(OpenSsl.MEMORY.asSlice(outputAddress, outputMemory.get(JAVA_LONG, MOST)).asByteBuffer());
    }

    /** Where byte 0 of a direct buffer lies. */
    long address(ByteBuffer buffer) {
        return addresses.of(buffer);
    }
}
