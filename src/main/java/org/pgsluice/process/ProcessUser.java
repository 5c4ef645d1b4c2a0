package org.pgsluice.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pgsluice.pooler.StartFailure;

/**
 * Who the process runs as. Files that only root may read are read before the change, as PgBouncer does; the C library applies it to every thread of the
 * process. Used by the starting thread.
 */
public final class ProcessUser {
    private static final int PASSWD_UID = 16; // struct passwd of 64-bit Linux: two pointers, then uid and gid
    private static final int PASSWD_SIZE = 48;

    private ProcessUser() {}

    /** Becomes {@code user} for good, with no other group than that user's own. */
    public static void become(String user) throws StartFailure {
        try (Arena arena = Arena.ofConfined()) {
            become(user, arena);
        } catch (StartFailure e) {
            throw e;
        } catch (Throwable e) {
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

    private static void become(String user, Arena arena) throws Throwable {
        MemorySegment passwd = (MemorySegment) Libc.function("getpwnam", FunctionDescriptor.of(ADDRESS, ADDRESS)).invokeExact(arena.allocateFrom(user));
        if (passwd.equals(MemorySegment.NULL)) {
            throw new StartFailure("could not find user '" + user + "' to switch to");
        }
        MemorySegment entry = passwd.reinterpret(PASSWD_SIZE);
        int uid = entry.get(JAVA_INT, PASSWD_UID);
        int gid = entry.get(JAVA_INT, PASSWD_UID + Integer.BYTES);
        MemorySegment state = arena.allocate(Libc.stateLayout());
        if (uid() == 0) {
            MemorySegment groups = arena.allocateFrom(JAVA_INT, gid);
            MethodHandle setgroups = Libc.withErrno("setgroups", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
            if ((int) setgroups.invokeExact(state, 1L, groups) < 0) {
                throw new StartFailure("failed to reset groups: " + Libc.error(state));
            }
        }
        FunctionDescriptor one = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
        MethodHandle setgid = Libc.withErrno("setgid", one);
        MethodHandle setuid = Libc.withErrno("setuid", one);
        if ((int) setgid.invokeExact(state, gid) < 0 || (int) setuid.invokeExact(state, uid) < 0) {
            throw new StartFailure("failed to assume identity of user '" + user + "': " + Libc.error(state));
        }
        if (uid() != Integer.toUnsignedLong(uid)) {
            throw new StartFailure("setuid() failed to work");
        }
    }
}
