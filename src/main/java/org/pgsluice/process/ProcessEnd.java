package org.pgsluice.process;

import java.lang.foreign.Arena;
import org.pgsluice.net.CLibrary;

/**
 * The end of a process whose clients wait for the next one: the JVM's own end waits 300 ms for threads that are in system calls, as reactors are most of the
 * time.
 */
final class ProcessEnd {
    private ProcessEnd() {}

    /** Ends the process with code 0; returns only where that cannot be done so. */
    static void now() {
        try {
            new CLibrary(Arena.global()).call("_exit", 0, 0, 0);
        } catch (RuntimeException | LinkageError unavailable) {
            return; // the JVM's way is slower and does as well
        }
    }
}
