package org.pgsluice.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Wire;
import org.pgsluice.prepared.ClientStatements;
import org.pgsluice.prepared.HandedStatements;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.vars.VarsHandover;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

/**
 * A client on its way to another process, with all that its session knows and its socket does not. Times are ages, since clocks differ. Its arrays belong to
 * it.
 *
 * @param poolUser whom its servers are logged in as
 * @param ageNanos since it was accepted
 * @param requestAgoNanos since it last sent something
 * @param wire what it sent and what did not go on yet, and what it has not taken yet
 * @param link null when it is logged in and waits for the first server of its pool
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClientImage(
        String poolUser, byte[] cancelKey, long ageNanos, long requestAgoNanos, Wire.Frozen wire, TrackedVars vars, @Nullable LinkImage link) {
    /** A name that the client gave to a statement. */
    record Named(byte[] name, PreparedStatement statement) {}

    /**
     * What a link knows.
     *
     * @param bodyLeft how much is to come of the request that is under way
     * @param bodyDropped whether that request goes to nobody
     * @param answering whether requests were answered without a server, so that the Sync is to be as well
     * @param queryAgoNanos since its query began, 0 for none
     * @param transactionAgoNanos since its transaction began, 0 for none
     * @param idleAgoNanos since it is idle in a transaction, 0 when it is not
     */
    record LinkImage(
            long bodyLeft,
            boolean bodyDropped,
            boolean answering,
            long queryAgoNanos,
            long transactionAgoNanos,
            long idleAgoNanos,
            List<Named> statements) {
        static LinkImage of(RequestStream requests, LinkTimes times, @Nullable ClientStatements statements, long now) {
            List<Named> named = new ArrayList<>();
            if (statements != null) {
                statements.forEachName((name, statement) -> named.add(new Named(name, statement)));
            }
            return new LinkImage(
                    requests.bodyLeft(),
                    requests.bodyDropped(),
                    requests.answering(),
                    ago(times.queryStart(), now),
                    ago(times.transactionStart(), now),
                    ago(times.idleInTransactionSince(), now),
                    named);
        }

        private static long ago(long since, long now) {
            return since == 0 ? 0 : Math.max(1, now - since);
        }
    }

    /** A client that holds no server and has sent nothing that waits. */
    public static ClientImage resting(String poolUser, byte[] cancelKey, TrackedNames names) {
        LinkImage link = new LinkImage(0, false, false, 0, 0, 0, List.of());
        return new ClientImage(poolUser, cancelKey, 0, 0, new Wire.Frozen(new byte[0], 0, new byte[0]), new TrackedVars(names), link);
    }

    public void write(HandoverWriter out, HandedStatements handed) {
        out.text(poolUser).bytes(cancelKey).number(ageNanos).number(requestAgoNanos).bytes(wire.kept()).number(wire.wanted()).bytes(wire.unsent());
        VarsHandover.write(vars, out);
        out.flag(link != null);
        if (link != null) {
            out.number(link.bodyLeft).flag(link.bodyDropped).flag(link.answering);
            out.number(link.queryAgoNanos).number(link.transactionAgoNanos).number(link.idleAgoNanos);
            out.number(link.statements.size());
            for (Named named : link.statements) {
                out.bytes(named.name);
                handed.write(named.statement, out);
            }
        }
    }

    /** @throws IllegalArgumentException when it is not what {@link #write} has written */
    public static ClientImage read(HandoverReader in, HandedStatements handed, TrackedNames names) {
        TrackedVars vars = new TrackedVars(names);
        String poolUser = in.text();
        byte[] cancelKey = in.bytes();
        long age = in.number();
        long requestAgo = in.number();
        Wire.Frozen wire = new Wire.Frozen(in.bytes(), (int) in.number(), in.bytes());
        VarsHandover.read(vars, in);
        return new ClientImage(poolUser, cancelKey, age, requestAgo, wire, vars, in.flag() ? link(in, handed) : null);
    }

    private static LinkImage link(HandoverReader in, HandedStatements handed) {
        long bodyLeft = in.number();
        boolean bodyDropped = in.flag();
        boolean answering = in.flag();
        long queryAgo = in.number();
        long transactionAgo = in.number();
        long idleAgo = in.number();
        List<Named> statements = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            statements.add(new Named(in.bytes(), handed.read(in)));
        }
        return new LinkImage(bodyLeft, bodyDropped, answering, queryAgo, transactionAgo, idleAgo, statements);
    }
}
