package org.pgsluice.server;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pgsluice.prepared.PreparedStatement;

/**
 * A queue of requests, each a short; some name a statement, and say what the client calls it. The arrays of these are made with the first of them.
 */
final class ReplyRing {
    private short[] entries = new short[8];
    private @Nullable PreparedStatement @Nullable [] statements;
    private byte[] @Nullable [] called = {};
    private int head;
    private int size;
    private long taken;

    int size() {
        return size;
    }

    /** How many entries were ever taken off: the position of the first. */
    long taken() {
        return taken;
    }

    /** The first entry; 0 when there is none. */
    int first() {
        return size == 0 ? 0 : entries[head];
    }

    int get(int index) {
        return entries[slot(index)];
    }

    @Nullable PreparedStatement statement(int index) {
        @Nullable PreparedStatement[] all = statements;
        return all == null || index >= size ? null : all[slot(index)];
    }

    /** What the client calls the statement of the first entry; null where that names none, or came from another process. */
    byte @Nullable [] firstCalled() {
        return statements == null || size == 0 ? null : called[head];
    }

    /** How many entries have of the bits {@code mask} just those of {@code bits}. */
    int count(int mask, int bits) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if ((get(i) & mask) == bits) {
                count++;
            }
        }
        return count;
    }

    void add(int entry, @Nullable PreparedStatement statement, byte @Nullable [] name) {
        if (size == entries.length) {
            grow();
        }
        size++;
        set(size - 1, entry, statement, name);
    }

    void set(int index, int entry, @Nullable PreparedStatement statement, byte @Nullable [] name) {
        int slot = slot(index);
        entries[slot] = (short) entry;
        @Nullable PreparedStatement[] all = statements;
        if (all == null) {
            if (statement == null && name == null) {
                return;
            }
            all = new PreparedStatement[entries.length];
            statements = all;
            called = new byte[entries.length][];
        }
        all[slot] = statement;
        called[slot] = name;
    }

    /** Takes the first off. */
    void shift() {
        @Nullable PreparedStatement[] all = statements;
        if (all != null) {
            all[head] = null;
            called[head] = null;
        }
        head = (head + 1) & (entries.length - 1);
        size--;
        taken++;
    }

    /** Takes off those of the {@code count} entries behind the first that have no bit of {@code kept}. */
    void dropBehindFirst(int count, int kept) {
        int to = count;
        for (int from = count; from > 0; from--) {
            if ((get(from) & kept) != 0) {
                set(to--, get(from), statement(from), name(from));
            }
        }
        set(to, first(), statement(0), name(0));
        while (to-- > 0) {
            shift();
        }
    }

    private byte @Nullable [] name(int index) {
        return statements == null ? null : called[slot(index)];
    }

    private int slot(int index) {
        return (head + index) & (entries.length - 1);
    }

    private void grow() {
        int capacity = entries.length * 2;
        short[] larger = Arrays.copyOf(entries, capacity);
        System.arraycopy(entries, 0, larger, size, head);
        @Nullable PreparedStatement[] old = statements;
        if (old != null) {
            @Nullable PreparedStatement[] all = Arrays.copyOf(old, capacity);
            System.arraycopy(old, 0, all, size, head);
            Arrays.fill(all, 0, head, null);
            statements = all;
            byte[] @Nullable [] names = Arrays.copyOf(called, capacity);
            System.arraycopy(called, 0, names, size, head);
            Arrays.fill(names, 0, head, null);
            called = names;
        }
        entries = larger;
    }

    @Override
    public String toString() {
        char[] tags = new char[size];
        for (int i = 0; i < tags.length; i++) {
            tags[i] = (char) (get(i) & ReplyLedger.TAG);
        }
        return Arrays.toString(tags);
    }
}
