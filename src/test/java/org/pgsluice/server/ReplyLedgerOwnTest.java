package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.server.ReplyLedger.Verdict.FORWARD;
import static org.pgsluice.server.ReplyLedger.Verdict.VIOLATION;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of ours, answers of ours, and COPY. */
class ReplyLedgerOwnTest extends LedgerDialogue {
    // ---------------------------------------------------------------- ours

    @Test
    void repliesToOurQueryAreSwallowedWithItsReportsButNotNotifications() {
        ledger.expectSwallowed((byte) 'Q');

        assertThat(verdicts("CSNATDIAZ")).isEqualTo("sssfsssfs");
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void errorOfOurQueryIsSwallowed() {
        ledger.expectSwallowed((byte) 'Q');

        assertThat(verdicts("EZ")).isEqualTo("ss");
    }

    @Test
    void parseOfOursIsSwallowedAndTheRestForwarded() {
        ledger.expectParse(one, true);
        expect("BDES");

        assertThat(verdicts("12TDCZ")).isEqualTo("sfffff");
        assertThat(undone).isEmpty();
    }

    @Test
    void errorOfAParseOfOursAnswersTheBindThatNeededIt() {
        ledger.expectParse(one, true);
        expect("BES");

        assertThat(verdicts("EZ")).isEqualTo("ff");
        assertThat(undone).containsExactly("Parse " + one);
    }

    @Test
    void closeOfOursIsSwallowed() {
        ledger.expectParse(one, false);
        ledger.expectOwnClose(two);
        expect("BES");

        assertThat(verdicts("132CZ")).isEqualTo("fsfff");
        assertThat(undone).isEmpty();
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void skippedParsesAndClosesAreUndoneInOrder() {
        expect("P");
        ledger.expectParse(one, false);
        ledger.expectOwnClose(two);
        ledger.expectParse(two, true);
        expect("BES");

        assertForwarded("EZ");

        assertThat(undone).containsExactly("Parse " + one, "Close " + two, "Parse " + two);
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void nothingIsUndoneBehindTheSync() {
        expect("BS");
        ledger.expectParse(one, false);
        ledger.expectOwnClose(two);
        expect("S");

        assertThat(verdicts("EZ13Z")).isEqualTo("fffsf");
        assertThat(undone).isEmpty();
    }

    // ---------------------------------------------------------------- invented

    @Test
    void inventedAnswerIsDueAtOnceWhenNothingIsDueBefore() {
        assertThat(ledger.invent((byte) 'P', false)).isTrue();
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void inventedAnswerIsNotDueInTheMiddleOfAReply() {
        assertThat(ledger.invent((byte) 'P', true)).isFalse();

        assertThat(ledger.nextInvented()).isEqualTo((byte) 'P');
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void inventedAnswersComeInTheirPlaces() {
        expect("P");
        assertThat(ledger.invent((byte) 'C', false)).isFalse();
        expect("B");
        assertThat(ledger.invent((byte) 'P', false)).isFalse();
        assertThat(ledger.invent((byte) 'C', false)).isFalse();
        expect("ES");

        assertThat(verdicts("12CZ")).isEqualTo("f<C>f<P><C>ff");
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void inventedAnswerBehindTheSyncComesAfterItsReadyForQuery() {
        expect("BES");
        ledger.invent((byte) 'P', false);
        expect("BES");

        assertThat(verdicts("2CZ2CZ")).isEqualTo("fff<P>fff");
    }

    @Test
    void inventedAnswersThatTheServerWouldHaveSkippedAreNotGiven() {
        expect("B");
        ledger.invent((byte) 'P', false);
        expect("ES");
        ledger.invent((byte) 'C', false);

        assertThat(verdicts("EZ")).isEqualTo("ff<C>");
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void requestOfOursToInventWhileTheServerSkipsWaitsForTheSync() {
        expect("B");
        assertForwarded("E");

        assertThat(ledger.invent((byte) 'P', false)).isFalse();
        expect("S");

        assertThat(verdicts("Z")).isEqualTo("f");
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void serverMustNotAnswerWhatIsOursToAnswer() {
        expect("B");
        ledger.invent((byte) 'P', false);
        assertThat(ledger.onReply((byte) '2')).isEqualTo(FORWARD);

        assertThat(ledger.onReply((byte) '1')).isEqualTo(VIOLATION);
    }

    // ---------------------------------------------------------------- COPY in

    @Test
    void simpleCopyInEndsWithItsCopyDone() {
        expect("Q");
        assertForwarded("G");
        assertThat(ledger.copyIn()).isTrue();
        ledger.expectCopyEnd();

        assertForwarded("CZ");

        assertThat(ledger.copyIn()).isFalse();
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void twoCopiesInOneSimpleQueryEachEnd() {
        expect("Q");
        assertForwarded("G");
        ledger.expectCopyEnd();
        assertForwarded("CTDCG");
        ledger.expectCopyEnd();
        assertForwarded("CZ");

        assertThat(ledger.settled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "QcQ, GCZCZ", "QccQ, GCGCZCZ", "QcQ, GEZCZ", "QccQ, GEZCZ", "QcQ, CZCZ", "QcQ, EZCZ", "QcQcQ, CZGCZCZ", "PBEcSQ, 12GCZCZ", "PBEcSQ, 12GEZCZ",
        "PBEcSQ, 12CZCZ", "PBEcSQ, 12EZCZ", "PBEcSQ, EZCZ", "PBEScSQ, 12CZZCZ", "PBEScSQ, 12EZZCZ", "ScS, ZZ"
    })
    void endOfCopyDataMayBeSentBeforeTheAnswerAndIsIgnoredOutsideOfACopy(String requests, String replies) {
        for (char request : requests.toCharArray()) {
            if (request == 'c') {
                ledger.expectCopyEnd();
            } else {
                expect(String.valueOf(request));
            }
        }

        assertForwarded(replies);

        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void endOfCopyDataThatNobodyReadsIsNotNoted() {
        ledger.expectCopyEnd();

        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void copyThatCompletesBeforeItsDataEndedIsAViolation() {
        expect("Q");

        assertThat(verdicts("GC")).isEqualTo("fv");
    }

    @Test
    void simpleCopyInThatFailsBeforeTheCopyDoneNeedsNone() {
        expect("Q");
        assertForwarded("GE");
        assertThat(ledger.copyIn()).isFalse();

        assertForwarded("Z");

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.doubtful()).isFalse();
    }

    @Test
    void simpleCopyInThatFailsAfterTheCopyDoneTakesItAlong() {
        expect("Q");
        assertForwarded("G");
        ledger.expectCopyEnd();
        expect("Q");

        assertForwarded("EZCZ");

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.doubtful()).isFalse();
    }

    @Test
    void syncsInsideExtendedCopyInAreNotAnswered() {
        expect("PBES");
        assertForwarded("12G");
        expect("S");
        ledger.expectCopyEnd();
        expect("S");

        assertForwarded("CZ");

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.doubtful()).isFalse();
    }

    @Test
    void extendedCopyInThatFailsAfterTheCopyDoneSkipsToTheSyncBehindIt() {
        expect("PBES");
        assertForwarded("12G");
        ledger.expectCopyEnd();
        expect("BES");

        assertForwarded("EZ");

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.doubtful()).isFalse();
    }

    @Test
    void extendedCopyInThatFailsBeforeItsEndWithoutASyncIsNotInDoubt() {
        expect("PBE");
        assertForwarded("12GE");
        expect("S");

        assertForwarded("Z");

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.doubtful()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Z", "ZZ"})
    void extendedCopyInThatFailsBeforeItsEndBehindASyncIsInDoubt(String ready) {
        expect("PBES");
        assertForwarded("12GE");
        expect("S");

        assertForwarded(ready);

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.doubtful()).isTrue();
    }

    @Test
    void longPipelinesGrowTheRingInOrder() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) {
                expect("PBES");
                ledger.invent((byte) 'C', false);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(verdicts("12CZ")).isEqualTo("ffff<C>");
            }
            assertThat(ledger.settled()).isTrue();
            expect("B");
            assertForwarded("2");
        }
    }
}
