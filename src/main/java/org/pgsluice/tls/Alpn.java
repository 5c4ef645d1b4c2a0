package org.pgsluice.tls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;

/**
 * Which protocol is spoken above TLS: PostgreSQL's, by its registered name. A client that names others only is turned away. One that names none is served where
 * it has asked for TLS in PostgreSQL's own words before; OpenSSL does not call then.
 */
final class Alpn {
    static final String POSTGRESQL = "postgresql";

    private static final int OK = 0;
    private static final int ALERT_FATAL = 2;
    private static final byte[] NAME = POSTGRESQL.getBytes(StandardCharsets.US_ASCII);

    /** The address of {@link #select} for OpenSSL. Making it takes long (50 ms), so it is made with the first context that accepts. */
    static final long SELECT = stub();

    private Alpn() {}

    private static long stub() {
        FunctionDescriptor shape = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
        MethodType type = MethodType.methodType(int.class, long.class, long.class, long.class, long.class, int.class, long.class);
        try {
            MethodHandle select = MethodHandles.lookup().findStatic(Alpn.class, "select", type);
            return Linker.nativeLinker().upcallStub(select, shape, Arena.global()).address();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** OpenSSL's callback, within a handshake. An exception that left it would end the process. */
    @SuppressWarnings("unused") // called by OpenSSL
    private static int select(long ssl, long out, long outLength, long in, int inLength, long argument) {
        try {
            MemorySegment memory = OpenSsl.MEMORY;
            int at = 0;
            while (at < inLength) {
                int length = memory.get(JAVA_BYTE, in + at) & 0xff;
                if (length == NAME.length && at + 1 + length <= inLength && isName(in + at + 1)) {
                    memory.set(ADDRESS.withByteAlignment(1), out, MemorySegment.ofAddress(in + at + 1));
                    memory.set(JAVA_BYTE, outLength, (byte) length);
                    return OK;
                }
                at += 1 + length;
            }
            return ALERT_FATAL;
        } catch (RuntimeException | Error e) {
            return ALERT_FATAL;
        }
    }

    private static boolean isName(long address) {
        for (int i = 0; i < NAME.length; i++) {
            if (OpenSsl.MEMORY.get(JAVA_BYTE, address + i) != NAME[i]) {
                return false;
            }
        }
        return true;
    }

    /** The list that a side which connects offers, as the protocol has it. */
    static byte[] offer() {
        byte[] offer = new byte[NAME.length + 1];
        offer[0] = (byte) NAME.length;
        System.arraycopy(NAME, 0, offer, 1, NAME.length);
        return offer;
    }
}
