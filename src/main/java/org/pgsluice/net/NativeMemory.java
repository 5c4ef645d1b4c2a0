package org.pgsluice.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory for the arguments of calls; it lives as long as this object is reachable. Whoever passes an address of it to a call keeps the object in a
 * field. Fields of structures are read and written by the absolute access methods of the segments.
 */
final class NativeMemory {
    private static final long ALIGNMENT = 8;

    private final Arena arena = Arena.ofAuto();

    /** Zeroed memory, aligned for every C type in use here. */
    MemorySegment allocate(long bytes) {
        return arena.allocate(bytes, ALIGNMENT);
    }
}
