package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.server.ReplyLedger.Verdict.FORWARD;
import static org.pgsluice.server.ReplyLedger.Verdict.VIOLATION;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which replies fit which requests of a client, and which do not. */
class ReplyLedgerTest extends LedgerDialogue {
    /** Every message type of a server but ErrorResponse and those that may come at any time. */
    private static final String ANSWERS = "RKvZTDCI123ntsVGHWdc";

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

    /** A replication stream ends from either side, or with the server; behind it stands where the next timeline begins. */
    @ParameterizedTest
    @CsvSource({"Wdd, true, ddcCZ", "Wdd, true, cTDCCZ", "Wddc, true, CZ", "Wddc, true, TDCCZ", "Wdd, false, CZ", "Wdd, false, EZ", "Wdd, true, EZ"})
    void replicationStreamEndsFromEitherSide(String before, boolean ended, String after) {
        expect("Q");
        assertForwarded(before);
        assertThat(ledger.streams()).isTrue();
        if (ended) {
            ledger.expectCopyEnd();
        }

        assertForwarded(after);

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.streams()).isFalse();
        assertThat(ledger.doubtful()).isFalse();
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
    void fatalErrorOfAnIdleServerIsForwardedAndKeepsItWithItsClient() {
        assertThat(ledger.onReply((byte) 'E')).isEqualTo(FORWARD);
        assertThat(ledger.settled()).isFalse();
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
}
