package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;

/** What the books keep of a connection: its place in one of their lists. Guarded by the books. */
abstract sealed class Entry<T extends Entry<T>> permits ClientEntry, ServerEntry {
    @Nullable EntryList<T> list;
    @Nullable T previous;
    @Nullable T next;
    /** The settings of its session, as a number. A preference goes by it, and nothing else. */
    int fingerprint;

    /** Says which settings its session has, by a number that most others do not share. On its own reactor, before it asks for a server or is released. */
    public final void fingerprint(int settings) {
        fingerprint = settings;
    }
}
