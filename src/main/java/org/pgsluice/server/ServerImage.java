package org.pgsluice.server;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.Welcome;
import org.pgsluice.prepared.HandedStatements;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.vars.VarsHandover;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

/**
 * A server connection on its way to another process, with all that its session knows and its socket does not. Times are ages, since clocks differ. Its arrays
 * belong to it.
 *
 * @param target where the database leads to, in its entry's terms
 * @param unixAddress where a unix socket leads; empty for TCP
 * @param wire what was read and did not go on yet, and what it has not taken yet
 * @param bodyLeft how much is to come of the reply that is under way
 * @param bodySwallowed whether that reply is for nobody
 * @param welcome what the pool's clients are welcomed with, where the pool has it
 */
@SuppressWarnings("ArrayRecordComponent")
public record ServerImage(
        String target,
        String unixAddress,
        byte[] cancelKey,
        int backendPid,
        byte status,
        long ageNanos,
        long usedAgoNanos,
        boolean closeNeeded,
        Wire.Frozen wire,
        long bodyLeft,
        boolean bodySwallowed,
        TrackedVars vars,
        LedgerImage ledger,
        List<PreparedStatement> statements,
        @Nullable Welcome welcome) {
    public void write(HandoverWriter out, HandedStatements handed) {
        out.text(target).text(unixAddress).bytes(cancelKey).number(backendPid).number(status).number(ageNanos).number(usedAgoNanos).flag(closeNeeded);
        out.bytes(wire.kept()).number(wire.wanted()).bytes(wire.unsent()).number(bodyLeft).flag(bodySwallowed);
        VarsHandover.write(vars, out);
        ledger.write(out, handed);
        out.number(statements.size());
        for (PreparedStatement statement : statements) {
            handed.write(statement, out);
        }
        out.flag(welcome != null);
        if (welcome != null) {
            out.number(welcome.parameters().size());
            for (Welcome.Parameter parameter : welcome.parameters()) {
                out.text(parameter.name()).text(parameter.value());
            }
        }
    }

    /** @throws IllegalArgumentException when it is not what {@link #write} has written */
    public static ServerImage read(HandoverReader in, HandedStatements handed, TrackedNames names) {
        TrackedVars vars = new TrackedVars(names);
        String target = in.text();
        String unixAddress = in.text();
        byte[] cancelKey = in.bytes();
        int backendPid = (int) in.number();
        byte status = (byte) in.number();
        long ageNanos = in.number();
        long usedAgoNanos = in.number();
        boolean closeNeeded = in.flag();
        Wire.Frozen wire = new Wire.Frozen(in.bytes(), (int) in.number(), in.bytes());
        long bodyLeft = in.number();
        boolean bodySwallowed = in.flag();
        VarsHandover.read(vars, in);
        LedgerImage ledger = LedgerImage.read(in, handed);
        List<PreparedStatement> statements = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            statements.add(handed.read(in));
        }
        return new ServerImage(
                target,
                unixAddress,
                cancelKey,
                backendPid,
                status,
                ageNanos,
                usedAgoNanos,
                closeNeeded,
                wire,
                bodyLeft,
                bodySwallowed,
                vars,
                ledger,
                statements,
                in.flag() ? welcome(in) : null);
    }

    private static Welcome welcome(HandoverReader in) {
        List<Welcome.Parameter> parameters = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            parameters.add(new Welcome.Parameter(in.text(), in.text()));
        }
        return new Welcome(List.copyOf(parameters));
    }
}
