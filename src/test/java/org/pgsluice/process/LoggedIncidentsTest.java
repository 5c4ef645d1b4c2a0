package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.log.CapturedLog;

class LoggedIncidentsTest {
    private final CapturedLog log = new CapturedLog();
    private final List<Integer> ends = new ArrayList<>();
    private final LoggedIncidents incidents = new LoggedIncidents(log, ends::add);

    @Test
    void loopThatEndsTakesTheProcessWithIt() {
        incidents.onLoopEnded(new AssertionError("broken"));

        assertThat(log.lines()).containsExactly("FATAL an event loop has ended, exiting: java.lang.AssertionError: broken");
        assertThat(ends).containsExactly(LoggedIncidents.LOOP_ENDED);
    }

    @Test
    void loopThatLacksMemorySaysSo() {
        incidents.onLoopEnded(new OutOfMemoryError("Java heap space"));

        assertThat(log.lines()).containsExactly("FATAL out of memory, exiting: java.lang.OutOfMemoryError: Java heap space");
        assertThat(ends).containsExactly(LoggedIncidents.MEMORY_FULL);
    }

    /** The heap of this test has room. */
    @Test
    void oneAllocationThatWasTooLargeEndsItsConnectionOnly() {
        incidents.onUncaught(new OutOfMemoryError("Java heap space"));

        assertThat(log.lines()).singleElement().asString().startsWith("ERROR internal error, connection closed: java.lang.OutOfMemoryError");
        assertThat(ends).isEmpty();
    }

    @Test
    void faultOfAHandlerEndsNothing() {
        incidents.onUncaught(new IllegalStateException("odd"));

        assertThat(ends).isEmpty();
    }
}
