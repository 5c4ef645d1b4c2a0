package org.pgsluice.pool;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A doubly linked list through its entries' own fields; no allocation. An entry is in one list at most. Guarded by the books. */
final class EntryList<T extends Entry<T>> {
    private @Nullable T first;
    private @Nullable T last;
    private int size;

    int size() {
        return size;
    }

    @Nullable T first() {
        return first;
    }

    @Nullable T last() {
        return last;
    }

    void addFirst(T entry) {
        enter(entry);
        T head = first;
        entry.next = head;
        if (head == null) {
            last = entry;
        } else {
            head.previous = entry;
        }
        first = entry;
    }

    void addLast(T entry) {
        enter(entry);
        T tail = last;
        entry.previous = tail;
        if (tail == null) {
            first = entry;
        } else {
            tail.next = entry;
        }
        last = entry;
    }

    void remove(T entry) {
        assert entry.list == this : "the entry is in another list";
        T before = entry.previous;
        T after = entry.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        entry.previous = null;
        entry.next = null;
        entry.list = null;
        size--;
    }

    void forEach(Consumer<? super T> action) {
        for (T entry = first; entry != null; ) {
            T next = entry.next;
            action.accept(entry);
            entry = next;
        }
    }

    private void enter(T entry) {
        assert entry.list == null : "the entry is in a list already";
        entry.list = this;
        size++;
    }
}
