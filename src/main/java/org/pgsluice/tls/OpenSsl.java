package org.pgsluice.tls;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * OpenSSL's functions, on machines whose calls pass five whole numbers in registers (x86-64 and ARM64). All have one shape, since each further one costs the
 * start some milliseconds: words that a function does not take are ignored, as are the upper halves of {@code int} arguments. Results of type {@code int} are
 * cast by the caller. Addresses are plain numbers, so that a call allocates nothing; the caller keeps the memory alive.
 *
 * <p>The class is loaded when the first context is made, and not at all without TLS. {@link OpenSslLibrary} says whether it can be.
 */
final class OpenSsl {
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final int LONGEST_ERROR = 256;

    /** All addresses, to read what OpenSSL points at. */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    // The data path: called for every record.
    private static final MethodHandle SSL_READ = ssl("SSL_read");
    private static final MethodHandle SSL_WRITE = ssl("SSL_write");
    private static final MethodHandle SSL_PENDING = prompt(OpenSslLibrary.SSL, "SSL_pending");
    private static final MethodHandle SSL_GET_ERROR = prompt(OpenSslLibrary.SSL, "SSL_get_error");
    private static final MethodHandle ERR_PEEK_ERROR = prompt(OpenSslLibrary.CRYPTO, "ERR_peek_error");
    private static final MethodHandle ERR_CLEAR_ERROR = prompt(OpenSslLibrary.CRYPTO, "ERR_clear_error");
    private static final MethodHandle BIO_CTRL = prompt(OpenSslLibrary.CRYPTO, "BIO_ctrl");

    private static final MethodHandle ERR_PEEK_LAST_ERROR = crypto("ERR_peek_last_error");
    private static final MethodHandle ERR_ERROR_STRING_N = crypto("ERR_error_string_n");

    private OpenSsl() {}

    static MethodHandle ssl(String name) {
        return link(OpenSslLibrary.SSL, name);
    }

    static MethodHandle crypto(String name) {
        return link(OpenSslLibrary.CRYPTO, name);
    }

    /** For functions that return at once: the thread does not tell the JVM that it is away. */
    private static MethodHandle prompt(String library, String name) {
        return link(library, name, Linker.Option.critical(false));
    }

    private static MethodHandle link(String library, String name, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow(name), SHAPE, options);
    }

    static int read(long ssl, long into, int length) {
        try {
            return (int) (long) SSL_READ.invokeExact(ssl, into, (long) length, 0L, 0L);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    static int write(long ssl, long from, int length) {
        try {
            return (int) (long) SSL_WRITE.invokeExact(ssl, from, (long) length, 0L, 0L);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** How many bytes of a record are deciphered and not taken yet. */
    static int pending(long ssl) {
        try {
            return (int) (long) SSL_PENDING.invokeExact(ssl, 0L, 0L, 0L, 0L);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Why a call returned {@code result}. It looks at the thread's queue of errors too, so that must have been {@linkplain #clearErrors emptied} before. */
    static int error(long ssl, int result) {
        try {
            return (int) (long) SSL_GET_ERROR.invokeExact(ssl, (long) result, 0L, 0L, 0L);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Nearly always there is none, and looking costs a tenth of clearing all places for one. */
    static void clearErrors() {
        try {
            if ((long) ERR_PEEK_ERROR.invokeExact(0L, 0L, 0L, 0L, 0L) != 0) {
                var _ = (long) ERR_CLEAR_ERROR.invokeExact(0L, 0L, 0L, 0L, 0L);
            }
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    static long bioControl(long bio, int command, long number, long address) {
        try {
            return (long) BIO_CTRL.invokeExact(bio, (long) command, number, address, 0L);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Any function; not for the data path. */
    static long call(MethodHandle function, long first, long second, long third, long fourth, long fifth) {
        try {
            return (long) function.invokeExact(first, second, third, fourth, fifth);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    static long call(MethodHandle function, long first, long second, long third) {
        return call(function, first, second, third, 0, 0);
    }

    static long call(MethodHandle function, long first) {
        return call(function, first, 0, 0, 0, 0);
    }

    /** The number of the newest error of this thread, 0 for none. */
    static long lastError() {
        return call(ERR_PEEK_LAST_ERROR, 0);
    }

    /** The oldest error of this thread in OpenSSL's words, as PgBouncer shows it. */
    static String errorText() {
        long error = call(ERR_PEEK_ERROR, 0);
        if (error == 0) {
            return "unknown error";
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(LONGEST_ERROR);
            call(ERR_ERROR_STRING_N, error, text.address(), LONGEST_ERROR);
            return text.getString(0);
        }
    }

    /** The C string at {@code address}; empty where there is none. */
    static String string(long address) {
        return address == 0 ? "" : MEMORY.getString(address);
    }

    static byte[] bytes(long address, int length) {
        return MEMORY.asSlice(address, length).toArray(JAVA_BYTE);
    }

    /** {@code text} as a C string that lives as long as {@code arena}. */
    static long cString(Arena arena, String text) {
        return arena.allocateFrom(text, StandardCharsets.UTF_8).address();
    }

    /** Linked calls throw nothing; what arrives here is the JVM in trouble. */
    private static RuntimeException broken(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(thrown);
    }
}
