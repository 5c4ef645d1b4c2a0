package org.pgsluice.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.stats.Times;

/** A histogram of times, in seconds. */
record TimesFamily<R>(String name, String help, Source<R> source, LabelSet<R> labelSet, Function<R, long[]> counts, ToLongFunction<R> sumNanos)
        implements Family {
    private static final double NANOS = 1e9;

    @Override
    public String type() {
        return "histogram";
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
        HistogramSnapshot.Builder family = HistogramSnapshot.builder().name(name).help(help);
        for (R row : source.rows().apply(snapshot)) {
            family.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .labels(labelSet.of(row))
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(Times.bounds(), counts.apply(row)))
                    .sum(sumNanos.applyAsLong(row) / NANOS)
                    .build());
        }
        return family.build();
    }
}
