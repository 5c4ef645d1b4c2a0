package org.pgsluice.metrics;

import static org.pgsluice.metrics.NumberFamily.counter;
import static org.pgsluice.metrics.NumberFamily.gauge;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the JVM and the operating system know of this process; the latter on Linux alone, under the names that pgbouncer_exporter gives PgBouncer's. */
final class ProcessFamilies {
    private static final double MILLIS = 1e3;
    private static final double NANOS = 1e9;
    private static final long PAGE = 4096;
    private static final Source<GarbageCollectorMXBean> COLLECTORS =
            new Source<>(Set.of(), _ -> List.copyOf(ManagementFactory.getGarbageCollectorMXBeans()));
    private static final LabelSet<GarbageCollectorMXBean> COLLECTOR = LabelSet.of("collector", GarbageCollectorMXBean::getName);

    private ProcessFamilies() {}

    static List<Family> all() {
        return List.of(
                counter("pgsluice_collector_pauses_total", COLLECTORS, COLLECTOR, collector -> Math.max(0, collector.getCollectionCount()),
                        "Collections of garbage, during each of which all threads stand still."),
                counter("pgsluice_collector_pause_seconds_total", COLLECTORS, COLLECTOR, collector -> Math.max(0, collector.getCollectionTime()) / MILLIS,
                        "How long they stood still."),
                counter("pgbouncer_process_cpu_seconds_total", Source.of(ProcessFamilies::cpuSeconds), LabelSet.none(), seconds -> seconds,
                        "CPU time of the process."),
                gauge("pgbouncer_process_start_time_seconds", Source.of(ProcessFamilies::startSeconds), LabelSet.none(), seconds -> seconds,
                        "When the process began, in seconds since 1970."),
                gauge("pgbouncer_process_resident_memory_bytes", Source.of(ProcessFamilies::residentBytes), LabelSet.none(), bytes -> bytes,
                        "Memory of the process that is resident."),
                gauge("pgbouncer_process_open_fds", Source.of(ProcessFamilies::openFiles), LabelSet.none(), count -> count, "Open file descriptors."));
    }

    private static List<Double> cpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().map(ProcessFamilies::seconds).stream().toList();
    }

    private static double seconds(Duration time) {
        return time.getSeconds() + time.getNano() / NANOS;
    }

    private static List<Double> startSeconds() {
        return ProcessHandle.current().info().startInstant().map(start -> start.toEpochMilli() / MILLIS).stream().toList();
    }

    private static List<Double> residentBytes() {
        try {
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
            return List.of((double) Long.parseLong(pages[1]) * PAGE);
        } catch (IOException | NumberFormatException e) {
            return List.of(); // not Linux
        }
    }

    private static List<Double> openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return List.of((double) files.count());
        } catch (IOException e) {
            return List.of();
        }
    }
}
