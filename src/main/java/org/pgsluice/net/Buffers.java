package org.pgsluice.net;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one reactor, for its thread only. Two shared scratch buffers serve every connection in turn: what stands in them is valid only until the event
 * handler returns. A connection that must keep bytes takes a small buffer and gives it back; {@link #taken()} lets tests prove that none is lost.
 *
 * <p>What is given back stays here for the next, 4 MiB of each size. A buffer let go costs more than its bytes: they are freed only when the collector comes
 * by, thousands at a time in one pause. So a reactor keeps enough for 8,192 clients that wait for a server at once.
 */
public final class Buffers {
    /** Size of each scratch buffer in bytes. */
    public static final int SCRATCH_BYTES = 64 * 1024;

    private static final int SMALLEST = 512;
    private static final int CLASSES = 8; // 512 B .. 64 KiB
    private static final int KEPT_BYTES_PER_CLASS = 4 * 1024 * 1024;
    private static final int FIRST_KEPT = 16;

    private final ByteBuffer in = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final ByteBuffer[][] free = new ByteBuffer[CLASSES][FIRST_KEPT];
    private final int[] freeCount = new int[CLASSES];
    private final LargeBuffers large;
    private int taken;
    private @Nullable Object companion;
    private final List<ByteBuffer> lasting = new ArrayList<>(0);

    /** Those of one reactor of the product: a quarter of what the process may have may be out in buffers beyond 64 KiB. */
    public Buffers() {
        this(Runtime.getRuntime().maxMemory() / 4);
    }

    /** {@code largeBytes}: so many bytes may be out in buffers beyond 64 KiB. */
    Buffers(long largeBytes) {
        large = new LargeBuffers(largeBytes);
    }

    /** Whether a buffer of {@code bytes} may be taken now; for those beyond 64 KiB, which have a limit. */
    boolean has(int bytes) {
        return sizeClass(bytes) < CLASSES || large.has(roundUp(bytes));
    }

    /** The scratch buffer that sockets are read into. */
    public ByteBuffer in() {
        return in;
    }

    /** The scratch buffer in which rewritten output is put together. */
    public ByteBuffer out() {
        return out;
    }

    /** A cleared buffer of at least {@code bytes}; the caller owns it until it gives it back. Those above 64 KiB are not kept for the next. */
    public ByteBuffer take(int bytes) {
        taken++;
        int sizeClass = sizeClass(bytes);
        if (sizeClass >= CLASSES) {
            return large.take(roundUp(bytes));
        }
        int count = freeCount[sizeClass];
        if (count > 0) {
            ByteBuffer buffer = free[sizeClass][count - 1];
            freeCount[sizeClass] = count - 1;
            return buffer.clear();
        }
        return ByteBuffer.allocateDirect(SMALLEST << sizeClass);
    }

    /** Gives back a buffer from {@link #take}. */
    public void give(ByteBuffer buffer) {
        taken--;
        assert taken >= 0 : "a buffer was given back twice";
        int sizeClass = sizeClass(buffer.capacity());
        if (sizeClass < CLASSES) {
            keep(buffer, sizeClass);
        } else {
            large.give(buffer);
        }
    }

    private void keep(ByteBuffer buffer, int sizeClass) {
        int count = freeCount[sizeClass];
        int most = KEPT_BYTES_PER_CLASS / (SMALLEST << sizeClass);
        if (count == most) {
            return;
        }
        if (count == free[sizeClass].length) {
            free[sizeClass] = Arrays.copyOf(free[sizeClass], Math.min(most, count * 2));
        }
        free[sizeClass][count] = buffer;
        freeCount[sizeClass] = count + 1;
    }

    /** What a decorator of connections has for each reactor, made by {@code maker} when it is first asked for. There is one such kind. */
    public <T> T companion(Class<T> kind, Function<Buffers, T> maker) {
        Object known = companion;
        T made = known == null ? maker.apply(this) : kind.cast(known);
        companion = made;
        return made;
    }

    /** Notes a direct buffer that is used as long as the reactor runs, so that it is known where it lies. */
    public ByteBuffer lasting(ByteBuffer buffer) {
        lasting.add(buffer);
        return buffer;
    }

    /** Whether it was noted as {@link #lasting}. */
    boolean lasts(ByteBuffer buffer) {
        for (int i = 0; i < lasting.size(); i++) {
            if (lasting.get(i) == buffer) {
                return true;
            }
        }
        return false;
    }

    /** Bytes that are out in buffers beyond 64 KiB. */
    long largeBytes() {
        return large.bytes();
    }

    /** How many buffers are out. */
    public int taken() {
        return taken;
    }

    private static int sizeClass(int bytes) {
        return bytes <= SMALLEST ? 0 : 32 - Integer.numberOfLeadingZeros((bytes - 1) / SMALLEST);
    }

    private static int roundUp(int bytes) {
        return (bytes + 0xffff) & ~0xffff;
    }
}
