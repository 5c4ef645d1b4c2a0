package org.pgsluice.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pgsluice.net.CLibrary;
import org.pgsluice.pooler.StartFailure;

/**
 * Who the process runs as. Files that only root may read are read before the change, as PgBouncer does; the C library applies it to every thread of the
 * process. Used by the starting thread.
 */
public final class ProcessUser {
    private static final int PASSWD_UID = 16; // struct passwd of 64-bit Linux: two pointers, then uid and gid
    private static final int PASSWD_SIZE = 48;

    private ProcessUser() {}

    /**
     * Becomes {@code user} for good, with no other group than that user's own. Who is not root cannot: it stays what it is, as in a container that was given a
     * user of its own beside a file that names one.
     *
     * @return whether the process has that user's number now
     */
    public static boolean become(String user) throws StartFailure {
        try (Arena arena = Arena.ofConfined()) {
            return become(user, arena);
        } catch (RuntimeException | LinkageError e) {
            throw new StartFailure("failed to assume identity of user '" + user + "': " + e);
        }
    }

    /** Refuses to go on as root. */
    public static void refuseRoot() throws StartFailure {
        if (uid() == 0) {
            throw new StartFailure("PgBouncer should not run as root");
        }
    }

    /** The effective user's number; -1 where the system does not tell. */
    public static long uid() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/thread-self/status"))) {
                if (line.startsWith("Uid:")) {
                    String[] words = line.split("\t");
                    return Long.parseLong(words[2]);
                }
            }
        } catch (IOException | RuntimeException e) {
            return -1;
        }
        return -1;
    }

    private static boolean become(String user, Arena arena) throws StartFailure {
        CLibrary c = new CLibrary(arena);
        long passwd = c.call("getpwnam", arena.allocateFrom(user).address(), 0, 0);
        if (passwd == 0) {
            throw new StartFailure("could not find user '" + user + "' to switch to");
        }
        MemorySegment entry = MemorySegment.ofAddress(passwd).reinterpret(PASSWD_SIZE);
        int uid = entry.get(JAVA_INT, PASSWD_UID);
        int gid = entry.get(JAVA_INT, PASSWD_UID + Integer.BYTES);
        long before = uid();
        if (before > 0) {
            return before == Integer.toUnsignedLong(uid);
        }
        if ((int) c.call("setgroups", 1, arena.allocateFrom(JAVA_INT, gid).address(), 0) < 0) {
            throw new StartFailure("failed to reset groups: " + c.error());
        }
        if ((int) c.call("setgid", gid, 0, 0) < 0 || (int) c.call("setuid", uid, 0, 0) < 0) {
            throw new StartFailure("failed to assume identity of user '" + user + "': " + c.error());
        }
        if (uid() != Integer.toUnsignedLong(uid)) {
            throw new StartFailure("setuid() failed to work");
        }
        return true;
    }
}
