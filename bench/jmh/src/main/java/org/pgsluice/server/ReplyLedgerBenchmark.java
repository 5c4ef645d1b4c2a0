package org.pgsluice.server;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.pgsluice.prepared.ServerStatements;
import org.pgsluice.prepared.StatementCatalog;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;

/** The ledger's share of a transaction: each request noted, each reply checked. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReplyLedgerBenchmark {
    private static final byte[] EXTENDED = {FrontendTag.PARSE, FrontendTag.BIND, FrontendTag.DESCRIBE, FrontendTag.EXECUTE};
    private static final byte[] EXTENDED_REPLIES = {
        BackendTag.PARSE_COMPLETE, BackendTag.BIND_COMPLETE, BackendTag.ROW_DESCRIPTION, BackendTag.DATA_ROW, BackendTag.COMMAND_COMPLETE
    };
    private static final byte[] SIMPLE_REPLIES = {BackendTag.ROW_DESCRIPTION, BackendTag.DATA_ROW, BackendTag.COMMAND_COMPLETE, BackendTag.READY_FOR_QUERY};

    private final StatementCatalog catalog = new StatementCatalog();
    private final ReplyLedger ledger = new ReplyLedger(new StatementJournal(new ServerStatements(catalog), catalog, 1, () -> "here"));

    @Benchmark
    public boolean simple() {
        ledger.expect(FrontendTag.QUERY);
        replies(SIMPLE_REPLIES);
        return ledger.settled();
    }

    @Benchmark
    public boolean extended() {
        return batch(1);
    }

    @Benchmark
    public boolean tenStatementsInOneBatch() {
        return batch(10);
    }

    private boolean batch(int statements) {
        for (int i = 0; i < statements; i++) {
            for (byte tag : EXTENDED) {
                ledger.expect(tag);
            }
        }
        ledger.expect(FrontendTag.SYNC);
        for (int i = 0; i < statements; i++) {
            replies(EXTENDED_REPLIES);
        }
        ledger.onReply(BackendTag.READY_FOR_QUERY);
        return ledger.settled();
    }

    private void replies(byte[] tags) {
        for (byte tag : tags) {
            if (ledger.onReply(tag) != ReplyLedger.Verdict.FORWARD) {
                throw new IllegalStateException("'" + (char) tag + "' is no reply that was due");
            }
        }
    }
}
