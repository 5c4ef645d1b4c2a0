package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.server.ReplyLedger.Verdict.FORWARD;
import static org.pgsluice.server.ReplyLedger.Verdict.SWALLOW;
import static org.pgsluice.server.ReplyLedger.Verdict.VIOLATION;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.prepared.StatementCatalog;

class ReplyLedgerTest implements ReplyLedger.Undo {
    /** Every message type of a server but ErrorResponse and those that may come at any time. */
    private static final String ANSWERS = "RKvZTDCI123ntsVGHWdc";

    private final StatementCatalog catalog = new StatementCatalog();
    private final PreparedStatement one = catalog.acquire(new byte[] {1});
    private final PreparedStatement two = catalog.acquire(new byte[] {2});
    private final List<String> undone = new ArrayList<>();
    private final ReplyLedger ledger = new ReplyLedger(this);

    @Override
    public void parseUndone(PreparedStatement statement) {
        undone.add("Parse " + statement);
    }

    @Override
    public void closeUndone(PreparedStatement statement) {
        undone.add("Close " + statement);
    }

    private void expect(String requests) {
        for (char request : requests.toCharArray()) {
            ledger.expect((byte) request);
        }
    }

    /** The verdicts on messages of those types: f, s or v; an answer that is due from us then stands behind as {@code <P>}. */
    private String verdicts(String replies) {
        StringBuilder verdicts = new StringBuilder();
        for (char reply : replies.toCharArray()) {
            verdicts.append(switch (ledger.onReply((byte) reply)) {
                case FORWARD -> 'f';
                case SWALLOW -> 's';
                case VIOLATION -> 'v';
            });
            for (byte due = ledger.nextInvented(); due != 0; due = ledger.nextInvented()) {
                verdicts.append('<').append((char) due).append('>');
            }
        }
        return verdicts.toString();
    }

    private void assertForwarded(String replies) {
        assertThat(verdicts(replies)).isEqualTo("f".repeat(replies.length()));
    }

    // ---------------------------------------------------------------- what fits

    @ParameterizedTest
    @CsvSource({
        "Q, CZ", "Q, IZ", "Q, TDDDCZ", "Q, TDCTDCCIZ", "Q, EZ", "Q, TDEZ", "Q, NSTDNSCSZ", "Q, HdddcCZ", "Q, HdEZ", "QQ, CZCZ", "QQ, EZCZ",
        "PBDES, 12nCZ", "PBDES, 12TDDCZ", "PBDES, 12TIZ", "PBDES, 12TDsZ", "PDS, 1tTZ", "PDS, 1tnZ", "CS, 3Z", "S, Z", "SSS, ZZZ",
        "BES, EZ", "PBDES, 1EZ", "PBDES, 12EZ", "PBDES, 12nEZ", "PBDES, 12TDDEZ", "PBDES, 12nCEZ", "CS, EZ", "PDS, 1tEZ",
        "PBESPBES, 12CZ12CZ", "PBESPBES, EZ12CZ", "PBESPBES, 1EZ12EZ", "BEBEBES, 2C2EZ", "BEQS, 2CCZZ", "PBEQS, EZ",
        "BES, 2HdddcCZ", "BES, 2HdEZ", "F, VZ", "F, EZ", "QF, CZVZ", "PBDESQ, 12TDCZTDCZ"
    })
    void repliesThatFitAreForwardedAndSettleTheLedger(String requests, String replies) {
        expect(requests);

        assertForwarded(replies);

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.size()).isZero();
    }

    @Test
    void afterAnErrorEveryRequestUpToTheSyncIsSkipped() {
        String requests = "PBDEBDEC";
        String replies = "12nC2nC3";
        for (int good = 0; good < requests.length(); good++) {
            expect(requests + "SBES");

            assertForwarded(replies.substring(0, good) + "E");
            assertThat(ledger.settled()).isFalse();
            assertForwarded("Z2CZ");

            assertThat(ledger.settled()).as("error at %d", good).isTrue();
        }
    }

    @Test
    void errorBeforeTheSyncWasSentKeepsTheLedgerOpenUntilItsReadyForQuery() {
        expect("PB");
        assertForwarded("1E");
        expect("E");
        assertThat(ledger.settled()).isFalse();

        expect("S");
        assertForwarded("Z");

        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void requestsThatFollowASkippedOneAreSkippedTooEvenQueries() {
        expect("PQFS");

        assertForwarded("EZ");

        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void errorOfTheCommitAtSyncIsForwarded() {
        expect("PBES");

        assertForwarded("12CEZ");

        assertThat(ledger.settled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"P, 1", "B, 2", "D, n", "E, C", "C, 3", "PBDE, 12TDC"})
    void answersWithoutASyncLeaveTheirTransactionOpen(String requests, String replies) {
        expect(requests);
        assertForwarded(replies);
        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.unsynced()).isTrue();

        expect("S");
        assertForwarded("Z");

        assertThat(ledger.unsynced()).isFalse();
    }

    @Test
    void syncInsideCopyDataLeavesTheTransactionOpen() {
        expect("BES");
        assertForwarded("2G");
        ledger.expectCopyEnd();
        assertForwarded("C");

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.unsynced()).isTrue();
    }

    @Test
    void fatalErrorOfAnIdleServerIsForwarded() {
        assertThat(ledger.onReply((byte) 'E')).isEqualTo(FORWARD);
        assertThat(ledger.settled()).isTrue();
    }

    @Test
    void noticesNotificationsAndReportsComeAtAnyTime() {
        assertForwarded("NAS");
        expect("PBES");
        assertForwarded("NAS1NAS2NASCNASZNAS");
        expect("BES");
        assertForwarded("2ENASZ");
    }

    // ---------------------------------------------------------------- what does not

    @ParameterizedTest
    @CsvSource({
        "P, 1", "B, 2", "C, 3", "S, Z", "D, TtnSNA", "E, DCIsGHWdc", "Q, ZTDCIGHWdc", "F, ZV", "c, ''"
    })
    void eachRequestTakesItsOwnAnswersAndNoOther(String request, String fitting) {
        for (char reply : ANSWERS.toCharArray()) {
            ReplyLedger fresh = new ReplyLedger(this);
            fresh.expect((byte) request.charAt(0));

            ReplyLedger.Verdict verdict = fresh.onReply((byte) reply);

            assertThat(verdict).as("%s answered with %s", request, reply).isEqualTo(fitting.indexOf(reply) >= 0 ? FORWARD : VIOLATION);
        }
    }

    @Test
    void serverThatOwesNothingMaySayNothing() {
        for (char reply : ANSWERS.toCharArray()) {
            assertThat(ledger.onReply((byte) reply)).as("%s", reply).isEqualTo(VIOLATION);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"P", "B", "D", "E", "C"})
    void serverThatSkipsToTheSyncMayOnlySayThatItIsReady(String failing) {
        for (char reply : ANSWERS.replace("Z", "").toCharArray()) {
            ReplyLedger fresh = new ReplyLedger(this);
            fresh.expect((byte) failing.charAt(0));
            fresh.onReply((byte) 'E');
            fresh.expect((byte) 'S');

            assertThat(fresh.onReply((byte) reply)).as("%s after the error of %s", reply, failing).isEqualTo(VIOLATION);
        }
    }

    @Test
    void readyForQueryAfterAnErrorNeedsASync() {
        expect("PBE");

        assertThat(verdicts("EZ")).isEqualTo("fv");
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 1, 'p', 'Q', 'z', -1, 'f'})
    void unknownTypesAreViolations(byte tag) {
        expect("Q");

        assertThat(ledger.onReply(tag)).isEqualTo(VIOLATION);
    }

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
