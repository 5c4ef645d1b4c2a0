package org.pgsluice.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;

/** One scrape's text: OpenMetrics for who asks for it, else the Prometheus text. Any thread. */
public final class Exposition {
    private static final Set<Part<?>> PARTS = collected();

    private final ExpositionFormatWriter writer;

    private Exposition(ExpositionFormatWriter writer) {
        this.writer = writer;
    }

    /** @param accept the header of the request, null for none */
    public static Exposition forAccept(@Nullable String accept) {
        boolean open = accept != null && accept.contains("application/openmetrics-text");
        return new Exposition(open
                ? OpenMetricsTextFormatWriter.builder().setCreatedTimestampsEnabled(false).build()
                : PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build());
    }

    /** What a snapshot for it must have. */
    public static Set<Part<?>> parts() {
        return PARTS;
    }

    public String contentType() {
        return writer.getContentType();
    }

    public byte[] write(Snapshot snapshot) {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        for (Family family : Families.ALL) {
            all.metricSnapshot(family.read(snapshot));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 14);
        try {
            writer.write(out, all.build(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static Set<Part<?>> collected() {
        Set<Part<?>> parts = new HashSet<>();
        Families.ALL.forEach(family -> parts.addAll(family.parts()));
        return Set.copyOf(parts);
    }
}
