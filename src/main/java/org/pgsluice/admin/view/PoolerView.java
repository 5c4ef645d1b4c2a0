package org.pgsluice.admin.view;

import java.util.Set;
import java.util.function.Consumer;

/** The running pooler as its observers see it. */
public interface PoolerView {
    /**
     * Collects {@code parts} from whoever owns them and then calls {@code then} once, on the caller's reactor, at once or in a later turn. Everything that
     * happened before the call is in the snapshot. The parts that were not asked for are empty.
     */
    void collect(Set<Part<?>> parts, Consumer<Snapshot> then);
}
