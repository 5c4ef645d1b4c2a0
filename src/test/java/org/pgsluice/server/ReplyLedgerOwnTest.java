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
        expectParse(one, true);
        expect("BDES");

        assertThat(verdicts("12TDCZ")).isEqualTo("sfffff");
        assertThat(told).noneMatch(effect -> effect.startsWith("undone"));
    }

    @Test
    void errorOfAParseOfOursAnswersTheBindThatNeededIt() {
        expectParse(one, true);
        expect("BES");

        assertThat(verdicts("EZ")).isEqualTo("ff");
        assertThat(told).containsExactly("failed Parse " + one, "undone Parse " + one);
    }

    @Test
    void closeOfOursIsSwallowed() {
        expectParse(one, false);
        expectOwnClose(two);
        expect("BES");

        assertThat(verdicts("132CZ")).isEqualTo("fsfff");
        assertThat(told).noneMatch(effect -> effect.startsWith("undone"));
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void skippedParsesAndClosesAreUndoneTheLastFirst() {
        expect("P");
        expectParse(one, false);
        expectOwnClose(two);
        expectParse(two, true);
        expect("BES");

        assertForwarded("EZ");

        assertThat(told).containsExactly("undone Parse " + two, "undone Close " + two, "undone Parse " + one);
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void nothingIsUndoneBehindTheSync() {
        expect("BS");
        expectParse(one, false);
        expectOwnClose(two);
        expect("S");

        assertThat(verdicts("EZ13Z")).isEqualTo("fffsf");
        assertThat(told).noneMatch(effect -> effect.startsWith("undone"));
    }

    // ---------------------------------------------------------------- invented

    @Test
    void inventedAnswerIsDueAtOnceWhenNothingIsDueBefore() {
        assertThat(ledger.answersAtOnce(false)).isTrue();

        expect("S");

        assertThat(ledger.answersAtOnce(false)).isFalse();
    }

    @Test
    void inventedAnswerIsNotDueInTheMiddleOfAReply() {
        assertThat(ledger.answersAtOnce(true)).isFalse();
        invent('P');

        assertThat(ledger.nextInvented()).isEqualTo((byte) 'P');
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void inventedAnswersComeInTheirPlaces() {
        expect("P");
        invent('C');
        expect("B");
        invent('P');
        invent('C');
        expect("ES");

        assertThat(verdicts("12CZ")).isEqualTo("f<C>f<P><C>ff");
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void inventedAnswerBehindTheSyncComesAfterItsReadyForQuery() {
        expect("BES");
        invent('P');
        expect("BES");

        assertThat(verdicts("2CZ2CZ")).isEqualTo("fff<P>fff");
    }

    @Test
    void inventedAnswersThatTheServerWouldHaveSkippedAreNotGiven() {
        expect("B");
        invent('P');
        expect("ES");
        invent('C');

        assertThat(verdicts("EZ")).isEqualTo("ff<C>");
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void requestOfOursToInventWhileTheServerSkipsWaitsForTheSync() {
        expect("B");
        assertForwarded("E");

        invent('P');
        expect("S");

        assertThat(verdicts("Z")).isEqualTo("f");
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void serverMustNotAnswerWhatIsOursToAnswer() {
        expect("B");
        invent('P');
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

    @ParameterizedTest
    @CsvSource({"QSc, GEZ", "QSc, GEZZ", "QS, GEZ", "QS, GEZZ", "QSSc, GEZZZ"})
    void syncsAmongTheDataOfASimpleCopyThatFailsMayBeAnsweredOrNot(String requests, String replies) {
        expect("Q");
        assertForwarded("G");
        expectMore(requests.substring(1));

        assertForwarded(replies.substring(1));

        boolean open = replies.length() - 3 < requests.replace("c", "").length() - 1;
        assertThat(ledger.wantsProbe()).isEqualTo(open);
        assertThat(ledger.doubtful()).isEqualTo(open);
    }

    @ParameterizedTest
    @ValueSource(strings = {"IZ", "ZIZ"})
    void answerToWhatStandsBehindShowsHowManySyncsWereRead(String replies) {
        expect("Q");
        assertForwarded("G");
        expectMore("Sc");
        assertForwarded("EZ");
        ledger.expectSwallowed((byte) 'Q');

        assertThat(verdicts(replies)).isEqualTo(replies.length() == 2 ? "ss" : "fss");

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.doubtful()).isFalse();
        expect("Q");
        assertForwarded("TCZ");
    }

    private void expectMore(String requests) {
        for (char request : requests.toCharArray()) {
            if (request == 'c') {
                ledger.expectCopyEnd();
            } else {
                expect(String.valueOf(request));
            }
        }
    }

    @Test
    void unnamedStatementsAreToldOfOneByOne() {
        ledger.expectUnnamed((byte) 'P', false);
        ledger.expectUnnamed((byte) 'C', false);
        ledger.expectUnnamed((byte) 'P', true);
        expect("S");
        assertThat(verdicts("131Z")).isEqualTo("ffsf");
        ledger.expectUnnamed((byte) 'P', false);
        ledger.expectUnnamed((byte) 'P', false);
        expect("SQ");
        assertForwarded("EZCZ");

        assertThat(told).containsExactly("unnamed parsed", "unnamed destroyed", "unnamed parsed by us", "unnamed failed", "unnamed skipped",
                "unnamed destroyed");
    }

    @Test
    void parseOfANameInUseMustFail() {
        ledger.expectDuplicate(one, new byte[] {'s'});

        assertThat(ledger.onReply((byte) '1')).isEqualTo(VIOLATION);
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
                invent('C');
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
