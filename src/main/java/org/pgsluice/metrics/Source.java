package org.pgsluice.metrics;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;

/**
 * Where rows come from.
 *
 * @param parts what the snapshot must have
 */
record Source<R>(Set<Part<?>> parts, Function<Snapshot, List<R>> rows) {
    static <R> Source<R> of(Part<R> part) {
        return new Source<>(Set.of(part), snapshot -> snapshot.rows(part));
    }

    /** What nobody has to collect. */
    static <R> Source<R> of(Supplier<List<R>> rows) {
        return new Source<>(Set.of(), _ -> rows.get());
    }

    /** Rows that are made of those of one part. */
    static <P, R> Source<R> of(Part<P> part, Function<List<P>, List<R>> made) {
        return new Source<>(Set.of(part), snapshot -> made.apply(snapshot.rows(part)));
    }
}
