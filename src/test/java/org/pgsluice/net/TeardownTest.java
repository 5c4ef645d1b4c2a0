package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeardownTest {
    private final List<String> ran = new ArrayList<>();

    private static void fail(Error error) {
        throw error;
    }

    @Test
    void laterStepsRunWhateverBecomesOfEarlierOnes() {
        Error first = new OutOfMemoryError("one");
        Error second = new AssertionError("two");
        Teardown teardown = new Teardown()
                .then(() -> ran.add("a"))
                .then(() -> fail(first))
                .then(() -> ran.add("b"))
                .then(() -> fail(second))
                .then(() -> ran.add("c"));

        assertThatThrownBy(teardown::end).isSameAs(first).hasSuppressedException(second);
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void endOfOneWithoutAFaultIsQuiet() {
        new Teardown().then(() -> ran.add("a")).end();

        assertThat(ran).containsExactly("a");
    }
}
