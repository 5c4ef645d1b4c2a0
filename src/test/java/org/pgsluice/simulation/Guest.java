package org.pgsluice.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pgsluice.simulation.Step.Due;
import org.pgsluice.wire.MessageWriter;

/**
 * An application that has some steps to do and does them over one connection, or over several when connections end before. Every message that comes is compared
 * with what is due, and nothing that comes may carry another's name.
 */
final class Guest implements Call.Caller {
    private static final Pattern TOKEN = Pattern.compile("\\b(c[0-9]+)\\.[0-9]");
    private static final long MILLI = 1_000_000L;

    private final PoolerRun run;
    private final SplittableRandom random;
    private final String database;
    private final String user;
    private int stepsLeft;
    private String name = "";
    private @Nullable Call call;
    private SmallTalk talk;
    private boolean wrongPassword;
    private boolean ready;
    private boolean leaving;
    private boolean told;
    private boolean sending;
    private boolean cancellable;
    private boolean aloneUnderWay;
    private @Nullable Step next;
    private int cancelsSent;
    private byte[] cancelKey = {};
    private final ArrayDeque<Due> due = new ArrayDeque<>();
    private final Map<String, String> parameters = new TreeMap<>();

    Guest(PoolerRun run, SplittableRandom random, int steps) {
        this.run = run;
        this.random = random;
        this.stepsLeft = steps;
        database = RunPlan.DATABASES.get(random.nextInt(RunPlan.DATABASES.size()));
        user = RunPlan.USERS.get(random.nextInt(RunPlan.USERS.size()));
        talk = new SmallTalk("", random, run.manners());
        run.after(random.nextLong(2_000 * MILLI), this::connect);
    }

    boolean isDone() {
        return stepsLeft <= 0 && call == null;
    }

    String name() {
        return name;
    }

    String user() {
        return user;
    }

    String database() {
        return database;
    }

    /** Whether it is logged in and the pooler has not closed the connection. */
    boolean isIn() {
        return ready && call != null && call.isOpenThere();
    }

    /** Whether it waits for the answer to something that can be cancelled. */
    boolean isBusy() {
        return ready && cancellable;
    }

    byte[] cancelKey() {
        return cancelKey;
    }

    /** A cancel request with this one's key sets out. */
    void cancelSent() {
        cancelsSent++;
        run.cancelSent(name);
    }

    private void connect() {
        name = run.newName(this);
        talk = new SmallTalk(name, random, run.manners());
        wrongPassword = run.plan().passwords() && random.nextInt(12) == 0;
        ready = false;
        leaving = false;
        told = false;
        cancelsSent = 0;
        cancellable = false;
        aloneUnderWay = false;
        next = null;
        due.clear();
        parameters.clear();
        call = new Call(run.outside(), run.address(), this);
    }

    @Override
    public void onOpened() {
        talkTo(call -> call.send(Requests.startup("user", user, "database", database, "application_name", name + ".app")));
    }

    private void talkTo(Consumer<Call> action) {
        Call open = call;
        if (open != null) {
            action.accept(open);
        }
    }

    // ---------------------------------------------------------------- what comes

    @Override
    public void onMessage(char tag, byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        Matcher tokens = TOKEN.matcher(text);
        while (tokens.find()) {
            if (!tokens.group(1).equals(name)) {
                run.fault(this + " got another's message: " + tag + "(" + printable(text) + ")");
            }
        }
        boolean fatal = tag == 'E' && text.startsWith("SFATAL\0");
        if (told && !fatal) {
            run.fault(this + " got " + tag + "(" + printable(text) + ") behind a FATAL error");
        }
        if (fatal) {
            told = true;
            if (!(wrongPassword && text.contains("password")) && !text.contains("M" + name + ".")) {
                run.fatal(this, printable(text));
            }
        } else if (tag == 'S') {
            String[] parts = text.split("\0", -1);
            parameters.put(parts[0], parts[1]);
        } else if (!ready) {
            login(tag, body);
        } else if (tag != 'N' && tag != 'A') {
            expected(tag, text);
        }
    }

    private void login(char tag, byte[] body) {
        switch (tag) {
            case 'R' -> {
                if (body[3] == 3) {
                    String password = wrongPassword ? "wrong" : "secret of " + user;
                    talkTo(call -> call.send(new MessageWriter().begin((byte) 'p').cstring(password).end().toBytes()));
                }
            }
            case 'K' -> cancelKey = body;
            case 'Z' -> {
                if (wrongPassword) {
                    run.fault(this + " was let in with a wrong password");
                }
                ready = true;
                goOn();
            }
            case 'N' -> {}
            default -> run.fault(this + " got " + tag + " at its login");
        }
    }

    private void expected(char tag, String text) {
        if (leaving) {
            return;
        }
        if (tag == 'E' && !cancellable && cancelsSent > 0 && text.contains("C57014")) {
            // Cancelled while it waited for a server: what it had planned on that is void.
            hangUp();
            return;
        }
        Due first = due.poll();
        if (first == null) {
            run.fault(this + " got " + tag + "(" + printable(text) + ") and was due nothing");
            return;
        }
        if (tag == 'E' && cancellable && cancelsSent > 0 && text.contains("C57014")) {
            while (first != null && first.tag() != 'Z') {
                first = due.poll();
            }
            // In a transaction the error ends it, and the status is what it says.
            due.addFirst(new Due('Z', ""));
            return;
        }
        if (first.tag() != tag || !fits(first, text)) {
            run.fault(this + " got " + tag + "(" + printable(text) + ") and was due " + first);
        }
        if (due.isEmpty()) {
            aloneUnderWay = false;
            cancellable = false;
            if (tag == 'Z') {
                talk.settled(text.charAt(0));
            }
            goOn();
        }
    }

    private boolean fits(Due expected, String text) {
        String wanted = expected.text();
        return switch (expected.tag()) {
            case 'D' -> text.substring(6).equals(wanted.startsWith("=") ? parameters.get(wanted.substring(1)) : wanted);
            case 'C' -> text.equals(wanted + "\0");
            case 'Z', 'd' -> wanted.isEmpty() || text.equals(wanted);
            default -> text.contains(wanted);
        };
    }

    @Override
    public void onEnded(byte[] rest) {
        call = null;
        ready = false;
        // An error that ends the connection may be lost with it when the network takes only a part.
        boolean asked = leaving || told || wrongPassword;
        if (!asked) {
            run.ended(this, rest.length);
        }
        again();
    }

    private void again() {
        if (stepsLeft > 0) {
            run.after(random.nextLong(1, 300) * MILLI, this::connect);
        }
    }

    // ---------------------------------------------------------------- what is said

    private void goOn() {
        if (sending || call == null || !ready || leaving || aloneUnderWay) {
            return;
        }
        sending = true;
        long pause = random.nextInt(3) != 0 ? 0 : random.nextInt(12) != 0 ? random.nextLong(30 * MILLI) : random.nextLong(1_500 * MILLI);
        Call at = call;
        run.after(pause, () -> {
            sending = false;
            if (call == at) {
                say();
            } else {
                // A newer connection may be ready by now, and was kept back by this pause.
                goOn();
            }
        });
    }

    private void say() {
        if (leaving || aloneUnderWay || !ready) {
            return;
        }
        if (random.nextInt(120) == 0) {
            hangUp();
            return;
        }
        if (random.nextInt(60) == 0) {
            restABit();
        }
        Step step = next != null ? next : choose();
        next = null;
        if (step == null) {
            return;
        }
        if (step.alone() && !due.isEmpty()) {
            next = step;
            return;
        }
        stepsLeft--;
        due.addAll(step.due());
        aloneUnderWay = step.alone();
        cancellable = step.canBeCancelled();
        talkTo(call -> call.send(step.bytes()));
        if (!aloneUnderWay && random.nextInt(3) == 0) {
            goOn();
        }
    }

    private @Nullable Step choose() {
        if (stepsLeft > 0) {
            return !run.plan().calm() && run.isBad() && talk.mayEnd() && random.nextInt(150) == 0 ? die() : talk.next();
        }
        if (!talk.mayEnd()) {
            return talk.last();
        }
        if (due.isEmpty()) {
            leaving = true;
            talkTo(call -> call.send(new Requests().terminate().toBytes()));
        }
        return null;
    }

    private Step die() {
        return new Step(new Requests().query("DIE '" + name + ".0'").toBytes(), List.of(), true, false);
    }

    /** Leaves without a word, at times in the middle of one. */
    private void hangUp() {
        if (random.nextBoolean()) {
            byte[] last = talk.next().bytes();
            talkTo(call -> call.send(Arrays.copyOf(last, random.nextInt(last.length))));
        }
        long later = random.nextBoolean() ? 0 : random.nextLong(5 * MILLI);
        leaving = true;
        Call open = call;
        run.after(later, () -> {
            if (open != null && !open.isOver()) {
                open.close();
                call = null;
                ready = false;
                again();
            }
        });
    }

    private void restABit() {
        Call open = call;
        if (open != null) {
            open.reading(false);
            run.after(random.nextLong(400 * MILLI), () -> open.reading(true));
        }
    }

    static String printable(String text) {
        return text.replaceAll("[^ -~]", "|");
    }

    @Override
    public String toString() {
        return "guest " + name + " (" + database + "/" + user + ", due " + due + ", " + stepsLeft + " steps left" + (ready ? "" : ", not in")
                + (leaving ? ", leaving" : "") + (told ? ", told to go" : "")
                + (sending ? ", about to speak" : "") + (aloneUnderWay ? ", waits" : "") + ")";
    }
}
