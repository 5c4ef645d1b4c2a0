package org.pgsluice.process;

import java.lang.foreign.Arena;
import org.pgsluice.net.CLibrary;
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
            CLibrary c = new CLibrary(arena);
            int nothing = (int) c.call("open", arena.allocateFrom("/dev/null").address(), O_RDWR, 0);
            if (nothing < 0) {
                throw new StartFailure("could not open /dev/null: " + c.error());
            }
            // not by way of /proc/self/fd: after a change of user the pipe could not be opened there
            if (c.call("write", PIPE, arena.allocateFrom("up\n").address(), 3) != 3) {
                throw new StartFailure("the launcher is gone");
            }
            // the launcher reads to the end of the pipe, which /dev/null in its place brings about
            if ((int) c.call("dup2", nothing, 2, 0) < 0 || (int) c.call("dup2", nothing, PIPE, 0) < 0) {
                throw new StartFailure("could not let go of standard error: " + c.error());
            }
        } catch (RuntimeException | LinkageError e) {
            throw new StartFailure("cannot go into the background: " + e);
        }
    }
}
