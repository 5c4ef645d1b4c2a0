package org.pgsluice.vars;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CarriedSetsTest {
    private final CarriedSets sets = new CarriedSets(1000);

    private static SortedMap<String, String> of(String name, int length) {
        return new TreeMap<>(Map.of(name, "x".repeat(length)));
    }

    @Test
    void allTogetherHaveARoomThatEqualOnesShare() {
        @Nullable Carried one = sets.of(of("a.b", 600));

        assertThat(sets.hasRoom(of("a.b", 600))).isTrue();
        assertThat(sets.hasRoom(of("a.c", 600))).isFalse();
        assertThat(sets.hasRoom(of("a.c", 300))).isTrue();
        assertThat(one.value("a.b")).hasSize(600);

        one = null;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!sets.hasRoom(of("a.c", 600)) && System.nanoTime() < end) {
            System.gc();
        }
        assertThat(sets.hasRoom(of("a.c", 600))).as("what nobody has takes no room").isTrue();
    }
}
