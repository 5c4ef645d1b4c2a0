package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgsluice.log.CapturedLog;

class StartSignalsTest {
    private final CapturedLog log = new CapturedLog();
    private final AtomicInteger ended = new AtomicInteger();
    private final List<ProcessSignal> received = new ArrayList<>();
    private final StartSignals signals = new StartSignals(log, ended::incrementAndGet);

    @ParameterizedTest
    @EnumSource(names = {"TERM", "INT", "QUIT"})
    void startThatWaitsEndsAtOnce(ProcessSignal signal) {
        signals.onSignal(signal);

        assertThat(ended).hasValue(1);
        assertThat(log.lines()).containsExactly("LOG got SIG" + signal + " during the start, exiting");
    }

    @Test
    void startThatHasMoreToTidyUpEndsInItsOwnWay() {
        AtomicInteger tidied = new AtomicInteger();

        signals.endsBy(tidied::incrementAndGet);
        signals.onSignal(ProcessSignal.TERM);

        assertThat(ended).hasValue(0);
        assertThat(tidied).hasValue(1);
    }

    @Test
    void othersWaitForTheStart() {
        signals.onSignal(ProcessSignal.HUP);
        signals.onSignal(ProcessSignal.USR1);
        assertThat(received).isEmpty();

        signals.started(received::add);
        signals.onSignal(ProcessSignal.TERM);

        assertThat(received).containsExactly(ProcessSignal.HUP, ProcessSignal.USR1, ProcessSignal.TERM);
        assertThat(ended).hasValue(0);
    }

    @Test
    void processThatHasClientsOfAnOldOneServesThemBeforeItEnds() {
        signals.mustGoOn();
        signals.onSignal(ProcessSignal.TERM);
        assertThat(ended).hasValue(0);

        signals.started(received::add);

        assertThat(received).containsExactly(ProcessSignal.TERM);
    }

    @Test
    void quitEndsThatOneToo() {
        signals.mustGoOn();

        signals.onSignal(ProcessSignal.QUIT);

        assertThat(ended).hasValue(1);
    }
}
