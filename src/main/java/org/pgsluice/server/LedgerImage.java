package org.pgsluice.server;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.prepared.HandedStatements;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

/**
 * What a {@link ReplyLedger} and its {@link StatementJournal} have, on their way to another process: the entries from the head on, the statements that some of
 * them name, and the effects under way. Its arrays belong to it.
 */
@SuppressWarnings("ArrayRecordComponent")
record LedgerImage(
        short[] entries, @Nullable PreparedStatement[] statements, boolean failed, long copy, boolean unsynced, int segment, List<Effect> effects) {
    static LedgerImage of(ReplyLedger ledger, StatementJournal journal) {
        short[] entries = new short[ledger.size()];
        @Nullable PreparedStatement[] statements = new PreparedStatement[entries.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = (short) ledger.ring.get(i);
            statements[i] = ledger.ring.statement(i);
        }
        return new LedgerImage(
                entries, statements, ledger.failed, ledger.copy.image(), ledger.unsynced(), ledger.segment(), List.copyOf(journal.underWay));
    }

    /** Gives a fresh ledger and journal all of it. */
    void restore(ReplyLedger ledger, StatementJournal journal) {
        for (int i = 0; i < entries.length; i++) {
            ledger.restore(entries[i], statements[i]);
        }
        ledger.failed = failed;
        ledger.copy.restore(copy);
        ledger.unsynced = unsynced;
        ledger.segment = segment;
        effects.forEach(journal::restore);
    }

    void write(HandoverWriter out, HandedStatements handed) {
        out.number(entries.length);
        for (int i = 0; i < entries.length; i++) {
            PreparedStatement statement = statements[i];
            out.number(entries[i]).flag(statement != null);
            if (statement != null) {
                handed.write(statement, out);
            }
        }
        out.flag(failed).number(copy).flag(unsynced).number(segment);
        out.number(effects.size());
        for (Effect effect : effects) {
            effect.write(out, handed);
        }
    }

    static LedgerImage read(HandoverReader in, HandedStatements handed) {
        short[] entries = new short[in.count()];
        @Nullable PreparedStatement[] statements = new PreparedStatement[entries.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = (short) in.number();
            statements[i] = in.flag() ? handed.read(in) : null;
        }
        boolean failed = in.flag();
        long copy = in.number();
        boolean unsynced = in.flag();
        int segment = (int) in.number();
        List<Effect> effects = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            effects.add(Effect.read(in, handed));
        }
        return new LedgerImage(entries, statements, failed, copy, unsynced, segment, effects);
    }
}
