package org.pgsluice.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.pgsluice.pooler.StartFailure;

/**
 * The last step into the background. A JVM cannot fork, so the launcher has started this process in a session of its own already and waits at the other end of
 * a pipe: until the process is sure that it can run, what it says still reaches the caller's terminal, and its failure is the caller's exit code.
 */
public final class Daemon {
    private static final int PIPE = 3;
    private static final int O_RDWR = 2;

    private Daemon() {}

    /** Whether the launcher waits for {@link #detach}. */
    public static boolean isLauncherWaiting() {
        return System.getProperty("pgsluice.daemon") != null;
    }

    /** Lets the launcher end with 0 and points standard error at nothing. The log is made quiet after it, so that a failure can still be told. */
    public static void detach() throws StartFailure {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle open = Libc.function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
            MethodHandle dup2 = Libc.function("dup2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
            MethodHandle write = Libc.function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
            MemorySegment name = arena.allocateFrom("/dev/null");
            int nothing = (int) open.invokeExact(name, O_RDWR);
            if (nothing < 0) {
                throw new StartFailure("could not open /dev/null");
            }
            // not by way of /proc/self/fd: after a change of user the pipe could not be opened there
            if ((long) write.invokeExact(PIPE, arena.allocateFrom("up\n"), 3L) != 3) {
                throw new StartFailure("the launcher is gone");
            }
            // the launcher reads to the end of the pipe, which /dev/null in its place brings about
            if ((int) dup2.invokeExact(nothing, 2) < 0 || (int) dup2.invokeExact(nothing, PIPE) < 0) {
                throw new StartFailure("could not let go of standard error");
            }
        } catch (StartFailure e) {
            throw e;
        } catch (Throwable e) {
            throw new StartFailure("cannot go into the background: " + e);
        }
    }
}
