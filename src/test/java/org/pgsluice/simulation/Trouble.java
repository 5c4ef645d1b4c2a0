package org.pgsluice.simulation;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.pgsluice.client.ClientSession;
import org.pgsluice.pool.ClientState;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/** Everything around the guests that does not go well: servers that die, refuse and talk out of turn, cancel requests, clients that are killed. */
final class Trouble implements ScriptedMood {
    private static final long MILLI = 1_000_000L;

    private final PoolerRun run;
    private final SplittableRandom random;
    private final ScriptedPostgres postgres;
    private final SimulatedReactor outside;
    private final boolean deaths;
    private final boolean logins;
    private final boolean chatter;
    private final boolean cancels;
    private int cancelCalls;
    private boolean lied;

    Trouble(PoolerRun run, SplittableRandom random, ScriptedPostgres postgres, SimulatedReactor outside) {
        this.run = run;
        this.random = random;
        this.postgres = postgres;
        this.outside = outside;
        boolean calm = run.plan().calm();
        deaths = !calm && random.nextInt(3) != 0;
        logins = !calm && random.nextInt(3) != 0;
        chatter = random.nextInt(3) == 0;
        cancels = random.nextInt(3) != 0;
        again();
    }

    private void again() {
        run.after(random.nextLong(60 * MILLI), () -> {
            if (run.isBad()) {
                happen();
                again();
            }
        });
    }

    private void happen() {
        List<ScriptedBackend> backends = postgres.backends();
        ScriptedBackend one = backends.isEmpty() ? null : backends.get(random.nextInt(backends.size()));
        int what = random.nextInt(21);
        if (what < 6 && cancels) {
            cancel();
        } else if (what == 6 && deaths && one != null) {
            outside.perform(() -> one.die("57P01", "terminating connection due to administrator command"));
        } else if (what == 7 && deaths && one != null) {
            outside.perform(one::reset);
        } else if (what == 8 && deaths && random.nextInt(10) == 0) {
            postgres.terminateAll();
        } else if (what < 11 && chatter && one != null) {
            outside.perform(() -> one.sayUnasked("by the way"));
        } else if (what < 13 && chatter && one != null) {
            outside.perform(() -> one.parameterUnasked("TimeZone", "Zone/" + random.nextInt(3)));
        } else if (what == 13 && deaths && random.nextInt(4) == 0) {
            killClient();
        } else if (what == 14 && deaths && one != null) {
            one.cutReply(random.nextInt(300));
        } else if (what == 20 && deaths && one != null) {
            lied = true;
            int kind = random.nextInt(4);
            outside.perform(() -> one.sayNonsense(kind));
        } else if (what > 16 && what < 20 && !run.plan().calm()) {
            cancelCalls++;
            new Vandal(run, Vandal.Deed.values()[random.nextInt(Vandal.Deed.values().length)], () -> cancelCalls--);
        }
    }

    @Override
    public void welcomed(ScriptedBackend backend) {
        if (chatter && run.isBad() && random.nextInt(6) == 0) {
            backend.parameterUnasked("TimeZone", "Zone/" + random.nextInt(3));
        }
    }

    /** Whether a server has said what no server says. */
    boolean lied() {
        return lied;
    }

    private void killClient() {
        List<ClientSession> all = run.clientsByAge();
        if (!all.isEmpty()) {
            ClientSession victim = all.get(random.nextInt(all.size()));
            // Who is at the login may turn out to be an operator.
            if (victim.console() == null && victim.state() != ClientState.LOGIN) {
                run.operate("KILL_CLIENT " + victim.id());
            }
        }
    }

    // ---------------------------------------------------------------- cancel requests

    private void cancel() {
        byte[] key = new byte[8];
        Guest victim = run.anyGuest(random);
        if (random.nextInt(6) != 0 && victim.cancelKey().length == 8) {
            key = victim.cancelKey().clone();
            victim.cancelSent();
        } else {
            ByteBuffer.wrap(key).putLong(random.nextLong());
        }
        byte[] packet = new MessageWriter().beginUntagged().int32(StartupPacket.CODE_CANCEL).bytes(key).end().toBytes();
        cancelCalls++;
        new Asker(run.address(), packet, random.nextInt(8) == 0 ? random.nextLong(20 * MILLI) : -1);
    }

    /** How many connections that brought cancel requests, or nothing good, are still open. */
    int cancelCalls() {
        return cancelCalls;
    }

    /** Sends its request and waits for the end, or leaves before. */
    private final class Asker implements Call.Caller {
        private final Call call;
        private final byte[] packet;

        Asker(SocketAddress address, byte[] packet, long leavesAfter) {
            this.packet = packet;
            this.call = new Call(outside, address, this);
            if (leavesAfter >= 0) {
                run.after(leavesAfter, () -> {
                    if (!call.isOver()) {
                        call.close();
                        cancelCalls--;
                    }
                });
            }
        }

        @Override
        public void onOpened() {
            call.send(packet);
        }

        @Override
        public void onMessage(char tag, byte[] body) {
            run.fault("a cancel request was answered with " + tag);
        }

        @Override
        public void onEnded(byte[] rest) {
            cancelCalls--;
        }
    }

    // ---------------------------------------------------------------- logins

    @Override
    public Login login() {
        if (!logins || !run.isBad() || random.nextInt(5) != 0) {
            return Login.WELCOME;
        }
        return List.of(Login.REFUSED, Login.FULL, Login.HUNG_UP, Login.CUT, Login.STARTING, Login.SILENCE).get(random.nextInt(6));
    }

    @Override
    public long loginNanos() {
        return random.nextInt(3) == 0 ? 0 : random.nextLong(30 * MILLI);
    }

    @Override
    public long cancelNanos() {
        return random.nextInt(3) == 0 ? 0 : random.nextLong((random.nextInt(3) == 0 ? 300 : 30) * MILLI);
    }
}
