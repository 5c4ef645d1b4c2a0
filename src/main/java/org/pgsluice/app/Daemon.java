package org.pgsluice.app;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The last step into the background. A JVM cannot fork, so the launcher has started this process in a session of its own already and waits at the other end of a pipe:
 * until the process is sure that it can run, what it says still reaches the caller's terminal, and its failure is the caller's exit code.
 */
public final class Daemon {
    private static final int PIPE = 3;
    private static final int O_RDWR = 2;

    private Daemon() {}

    /** Whether the launcher waits for {@link #detach}. */
    public static boolean isLauncherWaiting() {
        return System.getProperty("pgsluice.daemon") != null;
    }

    /** Lets the launcher end with 0 and points standard error at nothing. The log must be quiet from here on. */
    public static void detach() throws StartFailure {
        try (Arena arena = Arena.ofConfined()) {
            FunctionDescriptor two = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
            MethodHandle open = Libc.function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
            MemorySegment name = arena.allocateFrom("/dev/null");
            int nothing = (int) open.invokeExact(name, O_RDWR);
            if (nothing < 0 || (int) Libc.function("dup2", two).invokeExact(nothing, 2) < 0) {
                throw new StartFailure("could not open /dev/null");
            }
            try (FileOutputStream pipe = new FileOutputStream("/proc/self/fd/" + PIPE)) {
                pipe.write("up\n".getBytes(StandardCharsets.US_ASCII));
            }
            // /dev/null in the pipe's place closes it: the launcher reads to the end
            if ((int) Libc.function("dup2", two).invokeExact(nothing, PIPE) < 0) {
                throw new StartFailure("could not close the launcher's pipe");
            }
        } catch (StartFailure e) {
            throw e;
        } catch (IOException e) {
            throw new StartFailure("the launcher is gone: " + e.getMessage());
        } catch (Throwable e) {
            throw new StartFailure("cannot go into the background: " + e);
        }
    }
}
