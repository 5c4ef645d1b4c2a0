package org.pgsluice.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.pgsluice.wire.MessageWriter;

/** Somebody at the console: gives a command when the one before is answered, and connects again when the connection ends. */
final class Operator implements Call.Caller {
    /** RELOAD of a configuration that has changed. */
    static final String CHANGE = "change and RELOAD";

    private static final long MILLI = 1_000_000L;

    private final PoolerRun run;
    private final SplittableRandom random;
    private final List<String> repertoire;
    private final ArrayDeque<String> orders = new ArrayDeque<>();
    private @Nullable Call call;
    private boolean ready;
    private @Nullable String asked;
    private int answers;
    /** The column {@code id} of the answer under way, and the values in it. */
    private int idColumn = -1;

    private final Set<String> ids = new HashSet<>();

    Operator(PoolerRun run, SplittableRandom random, List<String> repertoire) {
        this.run = run;
        this.random = random;
        this.repertoire = repertoire;
        connect();
        again();
    }

    private void again() {
        run.after(random.nextLong(400 * MILLI), () -> {
            if (run.isBad()) {
                if (orders.isEmpty() && !repertoire.isEmpty() && asked == null) {
                    order(repertoire.get(random.nextInt(repertoire.size())));
                }
                again();
            }
        });
    }

    /** Has it give the command when those before are answered. */
    void order(String command) {
        if (command.equals(CHANGE)) {
            run.changeFile();
        }
        orders.add(command.equals(CHANGE) ? "RELOAD" : command);
        say();
    }

    /** Whether every command was answered. */
    boolean isIdle() {
        return ready && asked == null && orders.isEmpty();
    }

    private void connect() {
        call = new Call(run.outside(), run.address(), this);
    }

    private void say() {
        String command = ready && asked == null ? orders.poll() : null;
        Call open = call;
        if (command != null && open != null) {
            asked = command;
            answers = 0;
            open.send(new Requests().query(command).toBytes());
        }
    }

    @Override
    public void onOpened() {
        Call open = call;
        if (open != null) {
            open.send(Requests.startup("user", "root", "database", "pgbouncer"));
        }
    }

    @Override
    public void onMessage(char tag, byte[] body) {
        Call open = call;
        if (tag == 'R' && body[3] == 3 && open != null) {
            open.send(new MessageWriter().begin((byte) 'p').cstring("secret of root").end().toBytes());
        } else if (tag == 'Z') {
            if (ready && (asked == null || answers != 1)) {
                run.fault("the console answered " + asked + " with " + answers + " results");
            }
            ready = true;
            asked = null;
            say();
        } else if (tag == 'T') {
            idColumn = columns(body).indexOf("id");
            ids.clear();
        } else if (tag == 'D' && idColumn >= 0) {
            String id = value(body, idColumn);
            if (!ids.add(id)) {
                run.fault(asked + " has connection " + id + " twice");
            }
        } else if (tag == 'C' || tag == 'E') {
            answers++;
            String text = new String(body, StandardCharsets.ISO_8859_1);
            if (text.startsWith("SFATAL") && !run.isFaulty()) {
                run.fault("the console said " + Guest.printable(text) + " to " + asked);
            }
        }
    }

    /** The names of a RowDescription. */
    private static List<String> columns(byte[] body) {
        List<String> names = new ArrayList<>();
        for (int at = 2; at < body.length;) {
            int end = at;
            while (body[end] != 0) {
                end++;
            }
            names.add(new String(body, at, end - at, StandardCharsets.ISO_8859_1));
            at = end + 19; // the zero, and 18 bytes of what else is said of a column
        }
        return names;
    }

    private static String value(byte[] row, int column) {
        ByteBuffer in = ByteBuffer.wrap(row).position(2);
        for (int i = 0; i < column; i++) {
            int length = in.getInt();
            in.position(in.position() + Math.max(0, length));
        }
        byte[] value = new byte[in.getInt()];
        in.get(value);
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void onEnded(byte[] rest) {
        if (!run.plan().resets() && !run.isFaulty()) {
            run.fault("the console hung up at " + asked);
        }
        call = null;
        ready = false;
        if (asked != null && !run.isBad()) {
            orders.addFirst(asked); // what a fault took the console from is still to be done, RESUME above all
        }
        asked = null;
        run.after(50 * MILLI, this::connect);
    }

    void leave() {
        Call open = call;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public String toString() {
        return "operator " + (ready ? "waits for the answer to " + asked : "is not in");
    }
}
