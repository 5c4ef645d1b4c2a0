package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.prepared.StatementCatalog;

/** A ledger whose requests and replies are written as strings of message types. */
abstract class LedgerDialogue implements ReplyLedger.Undo {
    private final StatementCatalog catalog = new StatementCatalog();
    final PreparedStatement one = catalog.acquire(new byte[] {1});
    final PreparedStatement two = catalog.acquire(new byte[] {2});
    final List<String> undone = new ArrayList<>();
    final ReplyLedger ledger = new ReplyLedger(this);

    @Override
    public void parseUndone(PreparedStatement statement) {
        undone.add("Parse " + statement);
    }

    @Override
    public void closeUndone(PreparedStatement statement) {
        undone.add("Close " + statement);
    }

    void expect(String requests) {
        for (char request : requests.toCharArray()) {
            ledger.expect((byte) request);
        }
    }

    /** The verdicts on messages of those types: f, s or v; an answer that is due from us then stands behind as {@code <P>}. */
    String verdicts(String replies) {
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

    void assertForwarded(String replies) {
        assertThat(verdicts(replies)).isEqualTo("f".repeat(replies.length()));
    }
}
