package org.pgsluice.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The labels of a family, and what they are for a row. Immutable. */
final class LabelSet<R> {
    private final List<String> names;
    private final List<Function<R, @Nullable String>> values;

    private LabelSet(List<String> names, List<Function<R, @Nullable String>> values) {
        this.names = List.copyOf(names);
        this.values = List.copyOf(values);
    }

    static <R> LabelSet<R> none() {
        return new LabelSet<>(List.of(), List.of());
    }

    static <R> LabelSet<R> of(String name, Function<R, @Nullable String> value) {
        return LabelSet.<R>none().and(name, value);
    }

    LabelSet<R> and(String name, Function<R, @Nullable String> value) {
        List<String> moreNames = new ArrayList<>(names);
        List<Function<R, @Nullable String>> moreValues = new ArrayList<>(values);
        moreNames.add(name);
        moreValues.add(value);
        return new LabelSet<>(moreNames, moreValues);
    }

    List<String> names() {
        return names;
    }

    /** Those of one row; what is null is empty, as SHOW's NULL is to pgbouncer_exporter. */
    Labels of(R row) {
        List<String> texts = new ArrayList<>();
        for (Function<R, @Nullable String> value : values) {
            String text = value.apply(row);
            texts.add(text == null ? "" : text);
        }
        return Labels.of(names, texts);
    }
}
