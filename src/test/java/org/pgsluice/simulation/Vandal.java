package org.pgsluice.simulation;

import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/** Somebody who connects and breaks the protocol, or asks for what is not to be had, and is gone soon. */
final class Vandal implements Call.Caller {
    private static final long PATIENCE_NANOS = 7_000_000_000L;
    private static final int LENGTH_TOO_LONG = 1 << 30;

    /** What it does. */
    enum Deed {
        LEAVES_AT_ONCE,
        ANNOUNCES_A_HUGE_PACKET,
        SPEAKS_AN_OLD_PROTOCOL,
        TALKS_BEFORE_ENCRYPTION,
        ASKS_FOR_AN_UNKNOWN_PARAMETER,
        HAS_A_LONG_NAME,
        IS_UNKNOWN,
        ASKS_FOR_AN_UNKNOWN_DATABASE,
        GIVES_A_WRONG_PASSWORD,
        GIVES_A_HUGE_PASSWORD,
        LEAVES_AT_THE_PASSWORD,
        ASKS_FOR_THE_CONSOLE,
        BREAKS_A_HEADER,
        SENDS_AN_UNKNOWN_MESSAGE,
        DESCRIBES_WITHOUT_END,
        BINDS_WHAT_IS_NOT_THERE,
        PARSES_A_NAME_TWICE,
        ASKS_FOR_A_LONG_WAIT,
        LEAVES_ITS_TRANSACTION_OPEN,
        BREAKS_A_CONSOLE_HEADER,
        SENDS_THE_CONSOLE_AN_UNKNOWN_MESSAGE
    }

    private final Deed deed;
    private final boolean namesAreRead;
    private final Runnable over;
    private final Call call;
    private boolean asked;
    private boolean done;

    /** {@code over} is run when it is gone. */
    Vandal(PoolerRun run, Deed deed, Runnable over) {
        this.deed = deed;
        this.namesAreRead = run.plan().namedStatements() && !run.plan().mode().equals("session");
        this.over = over;
        if (deed == Deed.ASKS_FOR_A_LONG_WAIT) {
            // The pooler cancels a query whose client leaves.
            run.cancelSent("v");
        }
        call = new Call(run.outside(), run.address(), this);
        run.after(PATIENCE_NANOS, () -> {
            if (!call.isOver()) {
                call.close();
                gone();
            }
        });
    }

    private void gone() {
        if (!done) {
            done = true;
            over.run();
        }
    }

    @Override
    public void onOpened() {
        switch (deed) {
            case LEAVES_AT_ONCE -> {
                call.close();
                gone();
            }
            case ANNOUNCES_A_HUGE_PACKET -> call.send(new MessageWriter().int32(LENGTH_TOO_LONG).int32(StartupPacket.PROTOCOL_3_0).toBytes());
            case SPEAKS_AN_OLD_PROTOCOL -> call.send(new MessageWriter().beginUntagged().int32(2 << 16).end().toBytes());
            case TALKS_BEFORE_ENCRYPTION -> call.send(new MessageWriter().beginUntagged().int32(StartupPacket.CODE_SSL).end().int32(7).toBytes());
            case ASKS_FOR_AN_UNKNOWN_PARAMETER -> call.send(Requests.startup("user", "alice", "database", "one", "colour", "red"));
            case HAS_A_LONG_NAME -> call.send(Requests.startup("user", "n".repeat(200), "database", "one"));
            case IS_UNKNOWN -> call.send(Requests.startup("user", "nobody", "database", "one"));
            case ASKS_FOR_AN_UNKNOWN_DATABASE -> call.send(Requests.startup("user", "bob", "database", "nowhere"));
            case ASKS_FOR_THE_CONSOLE -> call.send(Requests.startup("user", "bob", "database", "pgbouncer"));
            case BREAKS_A_CONSOLE_HEADER, SENDS_THE_CONSOLE_AN_UNKNOWN_MESSAGE -> call.send(Requests.startup("user", "root", "database", "pgbouncer"));
            default -> call.send(Requests.startup("user", "bob", "database", "one"));
        }
    }

    @Override
    public void onMessage(char tag, byte[] body) {
        if (tag == 'R' && body[3] == 3) {
            password();
        } else if (tag == 'Z') {
            call.send(words());
            asked = true;
        }
    }

    private void password() {
        switch (deed) {
            case GIVES_A_WRONG_PASSWORD -> call.send(password("not it"));
            case GIVES_A_HUGE_PASSWORD -> call.send(new MessageWriter().int8('p').int32(LENGTH_TOO_LONG).toBytes());
            case LEAVES_AT_THE_PASSWORD -> call.send(new Requests().terminate().toBytes());
            case BREAKS_A_CONSOLE_HEADER, SENDS_THE_CONSOLE_AN_UNKNOWN_MESSAGE -> call.send(password("secret of root"));
            default -> call.send(password("secret of bob"));
        }
    }

    private static byte[] password(String text) {
        return new MessageWriter().begin(FrontendTag.PASSWORD).cstring(text).end().toBytes();
    }

    /** What it says when it is in. */
    private byte[] words() {
        return switch (deed) {
            case BREAKS_A_HEADER, BREAKS_A_CONSOLE_HEADER -> new MessageWriter().int8('Q').int32(3).toBytes();
            case SENDS_AN_UNKNOWN_MESSAGE, SENDS_THE_CONSOLE_AN_UNKNOWN_MESSAGE -> new MessageWriter().begin((byte) '!').end().toBytes();
            // Where the pooler does not look into it, it is the server's to refuse.
            case DESCRIBES_WITHOUT_END -> !namesAreRead
                    ? new Requests().terminate().toBytes()
                    : new MessageWriter().int8(FrontendTag.DESCRIBE).int32(LENGTH_TOO_LONG).int8('S').toBytes();
            case BINDS_WHAT_IS_NOT_THERE -> new Requests().bind("nothing").execute(0).sync().terminate().toBytes();
            case ASKS_FOR_A_LONG_WAIT -> asked ? new byte[0] : new Requests().query("WAIT 60000 'v.1'").toBytes();
            case LEAVES_ITS_TRANSACTION_OPEN -> asked ? new byte[0] : new Requests().query("BEGIN").toBytes();
            case PARSES_A_NAME_TWICE -> new Requests().parse("vandal", "SELECT 'v.1'").parse("vandal", "SELECT 'v.2'").sync().terminate().toBytes();
            default -> new Requests().terminate().toBytes();
        };
    }

    @Override
    public void onEnded(byte[] rest) {
        gone();
    }
}
