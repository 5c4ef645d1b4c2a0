package org.pgsluice.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.pooler.RecentTurns.WINDOW_NANOS;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecentTurnsTest {
    private final RecentTurns turns = new RecentTurns();

    @BeforeEach
    void begin() {
        turns.note(0, 0);
    }

    @Test
    void whoeverLooksResetsNothing() {
        turns.note(7, 1);
        turns.note(3, 2);

        assertThat(turns.longest(3)).isEqualTo(7);
        assertThat(turns.longest(4)).isEqualTo(7);
    }

    @Test
    void turnOfTheWindowBeforeCountsUntilThisOneEnds() {
        turns.note(7, 1);
        turns.note(3, WINDOW_NANOS);

        assertThat(turns.longest(2 * WINDOW_NANOS - 1)).isEqualTo(7);
        assertThat(turns.longest(2 * WINDOW_NANOS)).isEqualTo(3);
    }

    @Test
    void turnOfLongAgoIsForgotten() {
        turns.note(7, 1);

        assertThat(turns.longest(2 * WINDOW_NANOS)).isZero();
    }
}
