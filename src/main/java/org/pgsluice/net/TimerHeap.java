package org.pgsluice.net;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The timers of one reactor: a binary heap by deadline, then by the order of their making. A cancelled timer leaves the heap at once. */
final class TimerHeap {
    private @Nullable Entry[] heap = new Entry[64];
    private int size;
    private long made;

    /** Adds a timer that is due at {@code deadline} (nanoseconds of the reactor's clock). */
    Entry add(long deadline, Runnable task) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        Entry entry = new Entry(deadline, made++, task);
        siftUp(size++, entry);
        return entry;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Nanoseconds from {@code now} to the first deadline, 0 when it is due; {@link Long#MAX_VALUE} without timers. */
    long nanosToFirst(long now) {
        Entry first = heap[0];
        return first == null ? Long.MAX_VALUE : Math.max(0, first.deadline - now);
    }

    /** Takes out the first timer when it is due at {@code now}. */
    @Nullable Runnable pollDue(long now) {
        Entry first = heap[0];
        if (first == null || first.deadline - now > 0) {
            return null;
        }
        removeAt(0);
        return first.task;
    }

    private void removeAt(int index) {
        Entry gone = at(index);
        gone.position = -1;
        Entry last = at(--size);
        heap[size] = null;
        if (last != gone) {
            siftDown(index, last);
            if (last.position == index) {
                siftUp(index, last);
            }
        }
    }

    private void siftUp(int from, Entry entry) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            Entry above = at(parent);
            if (!entry.isBefore(above)) {
                break;
            }
            place(index, above);
            index = parent;
        }
        place(index, entry);
    }

    private void siftDown(int from, Entry entry) {
        int index = from;
        int child = 2 * index + 1;
        while (child < size) {
            if (child + 1 < size && at(child + 1).isBefore(at(child))) {
                child++;
            }
            Entry below = at(child);
            if (!below.isBefore(entry)) {
                break;
            }
            place(index, below);
            index = child;
            child = 2 * index + 1;
        }
        place(index, entry);
    }

    private void place(int index, Entry entry) {
        heap[index] = entry;
        entry.position = index;
    }

    private Entry at(int index) {
        Entry entry = heap[index];
        assert entry != null;
        return entry;
    }

    /** One timer. */
    final class Entry implements Reactor.Timer {
        private final long deadline;
        private final long order;
        private final Runnable task;
        private int position = -1;

        private Entry(long deadline, long order, Runnable task) {
            this.deadline = deadline;
            this.order = order;
            this.task = task;
        }

        private boolean isBefore(Entry other) {
            long gap = deadline - other.deadline;
            return gap < 0 || gap == 0 && order < other.order;
        }

        @Override
        public void cancel() {
            if (position >= 0) {
                removeAt(position);
            }
        }
    }
}
