package org.pgsluice.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;

/**
 * One look at the same parts at a time. Whoever asks meanwhile shares the next one, which begins after all of them have asked: so many consoles take no more
 * memory and time than a few. On the first reactor.
 */
final class Looks {
    private final BiConsumer<Set<Part<?>>, Consumer<Snapshot>> look;
    /** By the parts that are being looked at: who wants them once more. */
    private final Map<Set<Part<?>>, List<Consumer<Snapshot>>> next = new HashMap<>();

    /** @param look looks, and calls the consumer once */
    Looks(BiConsumer<Set<Part<?>>, Consumer<Snapshot>> look) {
        this.look = look;
    }

    /** Calls {@code then} once, with what was there after this call. */
    void at(Set<Part<?>> parts, Consumer<Snapshot> then) {
        List<Consumer<Snapshot>> others = next.get(parts);
        if (others == null) {
            begin(parts, List.of(then));
        } else {
            others.add(then);
        }
    }

    private void begin(Set<Part<?>> parts, List<Consumer<Snapshot>> askers) {
        next.put(parts, new ArrayList<>());
        look.accept(parts, snapshot -> {
            List<Consumer<Snapshot>> others = next.remove(parts);
            if (others != null && !others.isEmpty()) {
                begin(parts, others);
            }
            askers.forEach(then -> then.accept(snapshot));
        });
    }
}
