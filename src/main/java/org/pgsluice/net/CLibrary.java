package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * Functions of the C library by their names, on Linux for x86-64 and ARM64. All calls have one shape, five machine words to one: each further shape would cost
 * the start some milliseconds. Words that a function does not take are ignored, and so are the upper halves of {@code int} arguments, since on both machines
 * these travel in registers. The upper half of an {@code int} result means nothing. An instance is for one thread at a time: it is where errno is kept.
 */
public final class CLibrary {
    static final StructLayout STATE = Linker.Option.captureStateLayout();
    static final long ERRNO = errnoOffset();

    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final int ERROR_TEXT_BYTES = 1024;

    private final MemorySegment state;

    /** Counted here: to have the JDK look for a path in the layout would cost the start as much as a further shape of calls. */
    private static long errnoOffset() {
        long offset = 0;
        for (MemoryLayout member : STATE.memberLayouts()) {
            if (member.name().filter("errno"::equals).isPresent()) {
                return offset;
            }
            offset += member.byteSize();
        }
        throw new IllegalStateException("no errno in " + STATE);
    }

    /** @param arena for as long as calls are made */
    public CLibrary(Arena arena) {
        state = arena.allocate(STATE);
    }

    /** A function that keeps errno in its first argument. It may take its time: the JVM knows that the thread is away. */
    static MethodHandle function(String name) {
        return link(name, Linker.Option.captureCallState("errno"));
    }

    /** A function that takes any number of arguments after the first {@code fixed}. */
    static MethodHandle variadic(String name, int fixed) {
        return link(name, Linker.Option.firstVariadicArg(fixed), Linker.Option.captureCallState("errno"));
    }

    static MethodHandle link(String name, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), SHAPE, options);
    }

    /** Calls a function of at most five arguments, which is linked anew each time. */
    public long call(String name, long first, long second, long third, long fourth, long fifth) {
        return call(function(name), state, first, second, third, fourth, fifth);
    }

    /** Calls a function of at most three arguments. */
    public long call(String name, long first, long second, long third) {
        return call(name, first, second, third, 0, 0);
    }

    /** Why the last call failed. */
    public int errno() {
        return state.get(JAVA_INT, ERRNO);
    }

    /** What the system calls the error of the last call. */
    public String error() {
        return text(errno());
    }

    /** What the system calls an error. */
    static String text(int errno) {
        try (Arena arena = Arena.ofConfined()) {
            long address = call(function("strerror"), arena.allocate(STATE), errno, 0, 0, 0, 0);
            return MemorySegment.ofAddress(address).reinterpret(ERROR_TEXT_BYTES).getString(0);
        }
    }

    private static long call(MethodHandle function, MemorySegment state, long first, long second, long third, long fourth, long fifth) {
        try {
            return (long) function.invokeExact(state, first, second, third, fourth, fifth);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Linked calls throw nothing; what arrives here is the JVM in trouble. */
    static RuntimeException broken(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(thrown);
    }
}
