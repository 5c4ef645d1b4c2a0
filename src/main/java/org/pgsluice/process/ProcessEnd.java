package org.pgsluice.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;

/**
 * The end of a process whose clients wait for the next one: the JVM's own end waits 300 ms for threads that are in system calls, as reactors are most of the
 * time.
 */
final class ProcessEnd {
    private ProcessEnd() {}

    /** Ends the process with code 0; returns only where that cannot be done so. */
    static void now() {
        try {
            Libc.function("_exit", FunctionDescriptor.ofVoid(JAVA_INT)).invokeExact(0);
        } catch (Throwable unavailable) {
            return; // the JVM's way is slower and does as well
        }
    }
}
