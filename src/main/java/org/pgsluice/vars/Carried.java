package org.pgsluice.vars;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings beyond the tracked ones that a session has, its role among them: names in lower case, in order, with {@link Raw} values. Immutable, and shared
 * by all connections that have the same ({@link CarriedSets}), so that one comparison of references says whether two are alike. Its values are not for logs.
 */
public final class Carried {
    /** Nothing is set. */
    public static final Carried NONE = new Carried(new String[0], new String[0]);

    /** The setting that says whose rights hold. It takes away the right to set others, and is set last. */
    public static final String ROLE = "role";

    private final String[] names;
    private final String[] values;
    private final int hash;

    private Carried(String[] names, String[] values) {
        this.names = names;
        this.values = values;
        this.hash = 31 * Arrays.hashCode(names) + Arrays.hashCode(values);
    }

    /** One that is shared with nobody yet. */
    static Carried of(SortedMap<String, String> settings) {
        return settings.isEmpty() ? NONE : new Carried(settings.keySet().toArray(new String[0]), settings.values().toArray(new String[0]));
    }

    /** The value of a setting; null where it is not set. */
    public @Nullable String value(String name) {
        int index = Arrays.binarySearch(names, name);
        return index < 0 ? null : values[index];
    }

    public int size() {
        return names.length;
    }

    /** Of names and values together. */
    long characters() {
        long all = 0;
        for (int i = 0; i < names.length; i++) {
            all += names[i].length() + values[i].length();
        }
        return all;
    }

    /** Whether it has exactly these. */
    boolean is(SortedMap<String, String> settings) {
        if (settings.size() != names.length) {
            return false;
        }
        int at = 0;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (!setting.getKey().equals(names[at]) || !setting.getValue().equals(values[at])) {
                return false;
            }
            at++;
        }
        return true;
    }

    /** A copy that can be changed. */
    SortedMap<String, String> toMap() {
        SortedMap<String, String> map = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            map.put(names[i], values[i]);
        }
        return map;
    }

    /** All, in the order of their names. */
    public void forEach(BiConsumer<String, String> each) {
        for (int i = 0; i < names.length; i++) {
            each.accept(names[i], values[i]);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Carried that && hash == that.hash && Arrays.equals(names, that.names) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The names alone. */
    @Override
    public String toString() {
        return Arrays.toString(names);
    }
}
