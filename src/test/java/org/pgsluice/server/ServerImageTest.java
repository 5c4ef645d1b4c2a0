package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.Welcome;
import org.pgsluice.prepared.HandedStatements;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.prepared.ServerStatements;
import org.pgsluice.prepared.StatementCatalog;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

class ServerImageTest {
    private static final TrackedNames NAMES = new TrackedNames(List.of());

    private final StatementCatalog before = new StatementCatalog();
    private final StatementCatalog after = new StatementCatalog();
    private final StatementJournal journal = journal(before);
    private final ReplyLedger ledger = new ReplyLedger(journal);

    @Test
    void everythingArrives() {
        PreparedStatement statement = before.acquire("SELECT 1\0\0\0".getBytes(StandardCharsets.US_ASCII), "");
        TrackedVars vars = new TrackedVars(NAMES);
        vars.set("TimeZone", "UTC");
        journal.parse(0, statement, true, null, null);
        ledger.expectParse(statement, true, new byte[] {'s'});
        ledger.expect(FrontendTag.SYNC);
        ServerImage sent = image(vars, List.of(statement), new Welcome(List.of(new Welcome.Parameter("server_version", "18.1"))));

        ServerImage image = received(sent);

        assertThat(image)
                .usingRecursiveComparison()
                .ignoringFields("statements", "ledger.statements", "ledger.effects")
                .isEqualTo(sent);
        PreparedStatement there = image.statements().getFirst();
        assertThat(there.serverName()).isEqualTo(statement.serverName());
        assertThat(there.body()).isEqualTo(statement.body());
        assertThat(image.ledger().statements()).containsExactly(there, null);
        assertThat(image.ledger().effects()).singleElement().satisfies(effect -> assertThat(effect.statement).isSameAs(there));
        assertThat(after.size()).as("the new catalog has it once").isEqualTo(1);
    }

    @Test
    void statementsOfTheNewProcessGetOtherNames() {
        PreparedStatement statement = before.acquire("SELECT 1\0\0\0".getBytes(StandardCharsets.US_ASCII), "");
        received(image(new TrackedVars(NAMES), List.of(statement), null));

        assertThat(after.acquire("SELECT 2\0\0\0".getBytes(StandardCharsets.US_ASCII), "").serverName()).isNotEqualTo(statement.serverName());
    }

    @Test
    void restoredLedgerKnowsWhatIsDue() {
        ledger.expect(FrontendTag.QUERY);
        ledger.expectSwallowed(FrontendTag.SYNC);
        StatementJournal restoredJournal = journal(after);
        ReplyLedger restored = new ReplyLedger(restoredJournal);

        received(image(new TrackedVars(NAMES), List.of(), null)).ledger().restore(restored, restoredJournal);

        assertThat(restored.settled()).isFalse();
        assertThat(restored.onReply(BackendTag.COMMAND_COMPLETE)).isEqualTo(ReplyLedger.Verdict.FORWARD);
        assertThat(restored.onReply(BackendTag.READY_FOR_QUERY)).isEqualTo(ReplyLedger.Verdict.FORWARD);
        assertThat(restored.onReply(BackendTag.READY_FOR_QUERY)).isEqualTo(ReplyLedger.Verdict.SWALLOW);
        assertThat(restored.settled()).isTrue();
    }

    @Test
    void errorThatWaitsForItsSyncIsRemembered() {
        ledger.expect(FrontendTag.BIND);
        ledger.expect(FrontendTag.SYNC);
        ledger.onReply(BackendTag.ERROR_RESPONSE);
        StatementJournal restoredJournal = journal(after);
        ReplyLedger restored = new ReplyLedger(restoredJournal);

        received(image(new TrackedVars(NAMES), List.of(), null)).ledger().restore(restored, restoredJournal);

        assertThat(restored.settled()).isFalse();
        assertThat(restored.onReply(BackendTag.BIND_COMPLETE)).isEqualTo(ReplyLedger.Verdict.VIOLATION);
        assertThat(restored.onReply(BackendTag.READY_FOR_QUERY)).isEqualTo(ReplyLedger.Verdict.FORWARD);
    }

    @Test
    void imageThatIsCutShortIsRefused() {
        byte[] whole = written(image(new TrackedVars(NAMES), List.of(), null));
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);

            assertThatIllegalArgumentException().as("%d bytes", length).isThrownBy(() -> read(part));
        }
    }

    private ServerImage image(TrackedVars vars, List<PreparedStatement> statements, @Nullable Welcome welcome) {
        return new ServerImage(
                "h:5432/d/null", "/tmp/.s.PGSQL.5432", new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 4711, (byte) 'T', 5, 6, true,
                new Wire.Frozen(new byte[] {'Z'}, 6, new byte[] {9}), 77, true, vars,
                LedgerImage.of(ledger, journal), statements, welcome);
    }

    private byte[] written(ServerImage image) {
        HandoverWriter out = new HandoverWriter();
        image.write(out, new HandedStatements(before));
        return out.toBytes();
    }

    private ServerImage received(ServerImage image) {
        return read(written(image));
    }

    private ServerImage read(byte[] bytes) {
        return HandoverReader.whole(bytes, in -> ServerImage.read(in, new HandedStatements(after), NAMES));
    }

    private static StatementJournal journal(StatementCatalog catalog) {
        return new StatementJournal(new ServerStatements(catalog), catalog, 1, () -> "everywhere");
    }
}
