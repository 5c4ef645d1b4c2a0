package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;

/** What the books keep of a connection: its place in one of their lists. Guarded by the books. */
abstract sealed class Entry<T extends Entry<T>> permits ClientEntry, ServerEntry {
    @Nullable EntryList<T> list;
    @Nullable T previous;
    @Nullable T next;
}
