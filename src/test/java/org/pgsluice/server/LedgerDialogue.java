package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.prepared.StatementCatalog;

/** A ledger whose requests and replies are written as strings of message types. */
abstract class LedgerDialogue implements ReplyEffects {
    private final StatementCatalog catalog = new StatementCatalog();
    final PreparedStatement one = catalog.acquire(new byte[] {1}, "");
    final PreparedStatement two = catalog.acquire(new byte[] {2}, "");
    /** Effects under way, by what was noted for them. */
    private final ArrayDeque<String> underWay = new ArrayDeque<>();
    /** What became of which effects, in order. */
    final List<String> told = new ArrayList<>();
    final ReplyLedger ledger = new ReplyLedger(this);

    @Override
    public void done() {
        told.add("done " + underWay.removeFirst());
    }

    @Override
    public void failed() {
        told.add("failed " + underWay.getFirst());
    }

    @Override
    public void undone(int count) {
        List<String> undone = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            undone.addFirst("undone " + underWay.removeFirst());
        }
        told.addAll(undone);
    }

    @Override
    public void unnamedParsed(boolean ours) {
        told.add("unnamed parsed" + (ours ? " by us" : ""));
    }

    @Override
    public void unnamedFailed(boolean ours) {
        told.add("unnamed failed" + (ours ? " by us" : ""));
    }

    @Override
    public void unnamedSkipped() {
        told.add("unnamed skipped");
    }

    @Override
    public void unnamedDestroyed(boolean ours) {
        told.add("unnamed destroyed" + (ours ? " by us" : ""));
    }

    void expectParse(PreparedStatement statement, boolean swallow) {
        underWay.add("Parse " + statement);
        ledger.expectParse(statement, swallow, new byte[] {'s'});
    }

    void expectOwnClose(PreparedStatement statement) {
        underWay.add("Close " + statement);
        ledger.expectOwnClose(statement);
    }

    void invent(char request) {
        underWay.add("answer " + request);
        ledger.invent((byte) request);
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
