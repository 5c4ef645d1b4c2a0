package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
    @Test
    void timersComeByDeadlineThenByAgeAndCancelledOnesNever() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            TimerHeap heap = new TimerHeap();
            List<int[]> expected = new ArrayList<>();
            List<TimerHeap.Entry> entries = new ArrayList<>();
            List<Integer> ran = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int id = i;
                int deadline = random.nextInt(100);
                entries.add(heap.add(Long.MAX_VALUE - 50 + deadline, () -> ran.add(id))); // across the clock's overflow
                expected.add(new int[] {deadline, id});
            }
            for (int i = 0; i < 100; i++) {
                int gone = random.nextInt(300);
                entries.get(gone).cancel();
                entries.get(gone).cancel();
                expected.removeIf(each -> each[1] == gone);
            }
            expected.sort(Comparator.comparingInt(each -> each[0]));

            Runnable due = heap.pollDue(Long.MIN_VALUE + 49);
            while (due != null) {
                due.run();
                due = heap.pollDue(Long.MIN_VALUE + 49);
            }

            assertThat(ran).as("seed %s", seed).containsExactlyElementsOf(expected.stream().map(each -> each[1]).toList());
            assertThat(heap.isEmpty()).isTrue();
        }
    }

    @Test
    void nothingIsDueBeforeItsTime() {
        TimerHeap heap = new TimerHeap();
        heap.add(100, () -> {});

        assertThat(heap.pollDue(99)).isNull();
        assertThat(heap.nanosToFirst(99)).isEqualTo(1);
        assertThat(heap.nanosToFirst(200)).isZero();
        assertThat(heap.pollDue(100)).isNotNull();
        assertThat(heap.nanosToFirst(0)).isEqualTo(Long.MAX_VALUE);
    }
}
