package org.pgsluice.vars;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.SortedMap;
import java.util.WeakHashMap;

/**
 * Gives connections with the same settings the same {@link Carried}, for as long as one of them has it. Shared by all reactors, under a lock of its own, which
 * is taken when a client's settings have changed, not for each transaction.
 */
final class CarriedSets {
    private final Map<Carried, WeakReference<Carried>> all = new WeakHashMap<>();

    /** The one with these settings. */
    synchronized Carried of(SortedMap<String, String> settings) {
        if (settings.isEmpty()) {
            return Carried.NONE;
        }
        Carried made = Carried.of(settings);
        WeakReference<Carried> known = all.get(made);
        Carried shared = known == null ? null : known.get();
        if (shared == null) {
            all.put(made, new WeakReference<>(made));
            shared = made;
        }
        return shared;
    }
}
