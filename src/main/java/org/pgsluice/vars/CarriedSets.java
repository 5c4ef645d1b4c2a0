package org.pgsluice.vars;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.SortedMap;
import java.util.WeakHashMap;

/**
 * Gives connections with the same settings the same {@link Carried}, for as long as one of them has it, and knows what all of them take. Shared by all
 * reactors, under a lock of its own, which is taken when a client's settings have changed, not for each transaction.
 */
final class CarriedSets {
    private final Map<Carried, Known> all = new WeakHashMap<>();
    private final ReferenceQueue<Carried> gone = new ReferenceQueue<>();
    private final long most;
    private long characters;

    CarriedSets() {
        this(Runtime.getRuntime().maxMemory() / 4);
    }

    /** {@code most}: so many characters should all sets have together. */
    CarriedSets(long most) {
        this.most = most;
    }

    /** The one with these settings. */
    synchronized Carried of(SortedMap<String, String> settings) {
        if (settings.isEmpty()) {
            return Carried.NONE;
        }
        Carried made = Carried.of(settings);
        WeakReference<Carried> known = all.get(made);
        Carried shared = known == null ? null : known.get();
        if (shared == null) {
            forget();
            all.put(made, new Known(made, gone));
            characters += made.characters();
            shared = made;
        }
        return shared;
    }

    /** Whether these settings are somebody's already, or so much more may be kept. */
    synchronized boolean hasRoom(SortedMap<String, String> settings) {
        Carried made = Carried.of(settings);
        if (characters + made.characters() > most) {
            forget();
        }
        return characters + made.characters() <= most || all.containsKey(made);
    }

    /** Whether more may be kept. */
    synchronized boolean hasRoom() {
        forget();
        return characters < most;
    }

    /** Takes off those that nobody has any more. */
    private void forget() {
        for (Reference<?> known = gone.poll(); known != null; known = gone.poll()) {
            characters -= known instanceof Known one ? one.characters : 0;
        }
    }

    private static final class Known extends WeakReference<Carried> {
        private final long characters;

        Known(Carried of, ReferenceQueue<Carried> gone) {
            super(of, gone);
            characters = of.characters();
        }
    }
}
