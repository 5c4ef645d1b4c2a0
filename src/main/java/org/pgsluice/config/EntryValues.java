package org.pgsluice.config;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of one line of {@code [databases]}, {@code [users]} or {@code [peers]}, by key. Equal when they say the same. Immutable. */
public final class EntryValues {
    private final Map<EntryKey<?>, Object> values;

    EntryValues(Map<EntryKey<?>, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** The value of a key; null when it was not given, or in a way that counts as not given. */
    @SuppressWarnings("unchecked") // only EntryReader puts values in, and it takes them from the key
    <T> @Nullable T get(EntryKey<T> key) {
        return (T) values.get(key);
    }

    /** These, with what {@code other} says of {@code keys}. */
    EntryValues with(EntryValues other, EntryKey<?>... keys) {
        Map<EntryKey<?>, Object> changed = new HashMap<>(values);
        for (EntryKey<?> key : keys) {
            Object value = other.values.get(key);
            if (value == null) {
                changed.remove(key);
            } else {
                changed.put(key, value);
            }
        }
        return new EntryValues(changed);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EntryValues same && values.equals(same.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
