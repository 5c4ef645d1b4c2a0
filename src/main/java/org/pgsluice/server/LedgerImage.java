package org.pgsluice.server;

import org.jspecify.annotations.Nullable;
import org.pgsluice.prepared.HandedStatements;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

/** What a {@link ReplyLedger} has, on its way to another process: the entries from the head on, and the statements that some of them name. Its arrays belong to it. */
@SuppressWarnings("ArrayRecordComponent")
record LedgerImage(short[] entries, @Nullable PreparedStatement[] statements, boolean failed, boolean copyIn, boolean unsynced, int ambiguousSyncs) {
    static LedgerImage of(ReplyLedger ledger) {
        short[] entries = new short[ledger.size()];
        @Nullable PreparedStatement[] statements = new PreparedStatement[entries.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = ledger.ring[ledger.at(i)];
            statements[i] = ledger.statementAt(ledger.at(i));
        }
        return new LedgerImage(entries, statements, ledger.failed, ledger.copyIn(), ledger.unsynced(), ledger.ambiguousSyncs);
    }

    /** Gives a fresh ledger all of it. */
    void restore(ReplyLedger ledger) {
        for (int i = 0; i < entries.length; i++) {
            ledger.add(entries[i], statements[i]);
        }
        ledger.failed = failed;
        ledger.copyIn = copyIn;
        ledger.unsynced = unsynced;
        ledger.ambiguousSyncs = ambiguousSyncs;
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
        out.flag(failed).flag(copyIn).flag(unsynced).number(ambiguousSyncs);
    }

    static LedgerImage read(HandoverReader in, HandedStatements handed) {
        short[] entries = new short[in.count()];
        @Nullable PreparedStatement[] statements = new PreparedStatement[entries.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = (short) in.number();
            statements[i] = in.flag() ? handed.read(in) : null;
        }
        return new LedgerImage(entries, statements, in.flag(), in.flag(), in.flag(), (int) in.number());
    }
}
