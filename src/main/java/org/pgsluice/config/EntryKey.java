package org.pgsluice.config;

import org.jspecify.annotations.Nullable;

/**
 * One key of a line of {@code [databases]}, {@code [users]} or {@code [peers]}: its name, and how its text becomes a value. See {@link EntryKeys}. Immutable.
 *
 * @param older another name that it has had, or null; where both are given, the newer one counts
 * @param secret whether its value is shown to nobody
 */
record EntryKey<T>(String name, @Nullable String older, boolean secret, Reading<T> reading) {
    /** How the text of one kind of key is read. */
    interface Reading<T> {
        /** The value of {@code raw}, null where it counts as not given; what is wrong with it goes to {@code problems}. */
        @Nullable T read(String key, String raw, EntryReader problems);
    }

    /** Keys are told apart by who they are: two sections have a {@code pool_size}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
