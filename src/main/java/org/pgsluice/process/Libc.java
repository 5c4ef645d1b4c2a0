package org.pgsluice.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Functions of the C library that the JDK offers no other way to. Linking is slow (milliseconds): on the way to the first accept only {@link SignalFd} pays it.
 */
final class Libc {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private Libc() {}

    static MethodHandle function(String name, FunctionDescriptor shape, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, options);
    }

    /** Like {@link #function}, with a first argument of {@link #stateLayout} that takes errno. */
    static MethodHandle withErrno(String name, FunctionDescriptor shape) {
        return function(name, shape, Linker.Option.captureCallState("errno"));
    }

    static StructLayout stateLayout() {
        return STATE;
    }

    /** What the C library calls the error that {@code state} holds. */
    static String error(MemorySegment state) throws Throwable {
        int number = (int) ERRNO.get(state, 0L);
        MethodHandle strerror = function("strerror", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        MemorySegment text = (MemorySegment) strerror.invokeExact(number);
        return text.reinterpret(1024).getString(0);
    }
}
