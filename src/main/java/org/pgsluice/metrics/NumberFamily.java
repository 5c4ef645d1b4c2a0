package org.pgsluice.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;

/**
 * A counter or a gauge.
 *
 * @param counter whether it only grows, until the process ends
 */
record NumberFamily<R>(String name, String help, boolean counter, Source<R> source, LabelSet<R> labelSet, ToDoubleFunction<R> value) implements Family {
    private static final String TOTAL = "_total";

    static <R> NumberFamily<R> gauge(String name, Source<R> source, LabelSet<R> labels, ToDoubleFunction<R> value, String help) {
        return new NumberFamily<>(name, help, false, source, labels, value);
    }

    static <R> NumberFamily<R> counter(String name, Source<R> source, LabelSet<R> labels, ToDoubleFunction<R> value, String help) {
        if (!name.endsWith(TOTAL)) {
            throw new IllegalArgumentException(name);
        }
        return new NumberFamily<>(name, help, true, source, labels, value);
    }

    @Override
    public String type() {
        return counter ? "counter" : "gauge";
    }

    @Override
    public List<String> labels() {
        return labelSet.names();
    }

    @Override
    public Set<Part<?>> parts() {
        return source.parts();
    }

    @Override
    public MetricSnapshot read(Snapshot snapshot) {
        if (counter) {
            CounterSnapshot.Builder family = CounterSnapshot.builder().name(name.substring(0, name.length() - TOTAL.length())).help(help);
            for (R row : source.rows().apply(snapshot)) {
                family.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder().labels(labelSet.of(row)).value(value.applyAsDouble(row)).build());
            }
            return family.build();
        }
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        for (R row : source.rows().apply(snapshot)) {
            family.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labelSet.of(row)).value(value.applyAsDouble(row)).build());
        }
        return family.build();
    }
}
