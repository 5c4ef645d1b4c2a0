package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;

class StartupOptionsTest {
    private final TrackedNames names = new TrackedNames(List.of("search_path"));
    private final TrackedVars vars = new TrackedVars(names);

    private @Nullable String read(String text, String... ignored) {
        StartupSettings settings = new StartupSettings(vars, List.of(ignored));
        String wrong = StartupOptions.read(text, settings);
        return wrong == null ? settings.refusal() : wrong;
    }

    private @Nullable String value(String name) {
        return vars.value(names.indexOf(name));
    }

    @ParameterizedTest
    @CsvSource({
        "-c search_path=a, a", "-csearch_path=a, a", "--search_path=a, a", "'  -c   search_path=a', a", "-c search_path=, ''", "-c search_path=a=b, a=b",
        "-c search_path=a\\ b, a b", "-c search_path=a\\\\b, a\\b", "-c search_path=a\\, a", "-c SEARCH_PATH=a, a", "-c search_path=a -c search_path=b, b"
    })
    void trackedParametersAreTaken(String text, String value) {
        assertThat(read(text)).isNull();
        assertThat(value("search_path")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-c search_path=a ", "-c search_path=a \t\n", " -c search_path=a"})
    void blanksAroundThemAreNothing(String text) {
        assertThat(read(text)).isNull();
        assertThat(value("search_path")).isEqualTo("a");
        assertThat(read("  ")).isNull();
    }

    @Test
    void severalParametersInEitherFormAreTaken() {
        assertThat(read("-c search_path=a --timezone=UTC -cdatestyle=ISO")).isNull();
        assertThat(value("TimeZone")).isEqualTo("UTC");
        assertThat(value("DateStyle")).isEqualTo("ISO");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-c", "-c work_mem", "x", "-d 5", "-c search_path=a x", "--", "search_path=a"})
    void anythingElseIsNotSupported(String text) {
        assertThat(read(text)).isEqualTo("unsupported options startup parameter: only '-c config=val' and '--config=val' are allowed");
    }

    @Test
    void untrackedParameterIsRefusedUnlessItIsToBeIgnored() {
        assertThat(read("-c work_mem=1")).isEqualTo("unsupported startup parameter in options: work_mem");
        assertThat(read("-c work_mem=1 -c search_path=a", "work_mem")).isNull();
        assertThat(value("search_path")).isEqualTo("a");
        assertThat(read("-c anything=1", "options")).isNull();
    }

    /** What PgBouncer 1.26 came to track was in many a list to be ignored; what an administrator has tracked on purpose is not ignored. */
    @Test
    void ignoredNameIsNotTakenUnlessItIsTrackedOnPurpose() {
        assertThat(read("-c DateStyle=SQL -c search_path=a -c timezone=UTC", "datestyle", "search_path", "TimeZone")).isNull();

        assertThat(value("DateStyle")).isNull();
        assertThat(value("TimeZone")).isNull();
        assertThat(value("search_path")).isEqualTo("a");
    }

    @Test
    void noOptionsAreFine() {
        assertThat(read("")).isNull();
    }

    /** Whoever sends them has proven nothing yet. */
    @Test
    void aThousandSettingsCostNoMoreThanAThousandTimesOne() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            many.append("-ca.").append(Integer.toHexString(i)).append("= ");
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        StartupSettings settings = new StartupSettings(vars, List.of());
        long before = threads.getCurrentThreadAllocatedBytes();

        assertThat(StartupOptions.read(many.toString(), settings)).isNull();
        settings.done();

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2_000_000);
        assertThat(vars.carrying().atLogin().size()).isEqualTo(1000);
    }
}
