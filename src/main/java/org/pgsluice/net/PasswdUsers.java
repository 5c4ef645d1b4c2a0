package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** Users as the C library finds them ({@code getpwuid_r}). Any thread; the function is linked anew at each call, which is milliseconds and rare. */
public final class PasswdUsers implements SystemUsers {
    /** More than the structure has on any system; its first field is the name. */
    private static final int PASSWD_BYTES = 256;

    private static final int MOST_TEXT_BYTES = 1 << 20;
    /** The buffer for its texts is too small. */
    private static final int ERANGE = 34;

    @Override
    public @Nullable String name(long uid) {
        if (uid < 0) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle getpwuid = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getpwuid_r"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
        for (int size = 4096; size <= MOST_TEXT_BYTES; size *= 4) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment passwd = arena.allocate(PASSWD_BYTES, ADDRESS.byteAlignment());
                MemorySegment found = arena.allocate(ADDRESS);
                MemorySegment texts = arena.allocate(size);
                int error = (int) getpwuid.invokeExact((int) uid, passwd, texts, (long) size, found);
                if (error == ERANGE) {
                    continue;
                }
                if (error != 0 || found.get(ADDRESS, 0).equals(MemorySegment.NULL)) {
                    return null;
                }
                long offset = passwd.get(ADDRESS, 0).address() - texts.address();
                return texts.getString(offset);
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        return null;
    }
}
