package org.pgsluice.metrics;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Set;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;

/** One metric with all its labels. Immutable; any thread. */
sealed interface Family permits NumberFamily, TimesFamily {
    /** As it stands in the Prometheus text: a counter's ends in {@code _total}. */
    String name();

    /** One sentence. */
    String help();

    /** The word of the exposition formats. */
    String type();

    List<String> labels();

    /** What has to be collected for it. */
    Set<Part<?>> parts();

    /** Its values in {@code snapshot}. */
    MetricSnapshot read(Snapshot snapshot);
}
