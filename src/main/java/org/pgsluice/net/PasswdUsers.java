package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Users as the C library finds them ({@code getpwuid_r}). Any thread; the function is linked anew at each call, which is rare. */
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
        for (int size = 4096; size <= MOST_TEXT_BYTES; size *= 4) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment passwd = arena.allocate(PASSWD_BYTES, ADDRESS.byteAlignment());
                MemorySegment found = arena.allocate(ADDRESS);
                MemorySegment texts = arena.allocate(size);
                int error = (int) new CLibrary(arena).call("getpwuid_r", uid, passwd.address(), texts.address(), size, found.address());
                if (error == ERANGE) {
                    continue;
                }
                if (error != 0 || found.get(ADDRESS, 0).equals(MemorySegment.NULL)) {
                    return null;
                }
                long offset = passwd.get(ADDRESS, 0).address() - texts.address();
                return texts.getString(offset);
            }
        }
        return null;
    }
}
