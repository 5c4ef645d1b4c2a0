package org.pgsluice.it;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** One client of the storm: does chores, connects again when its connection is lost, and reports all that is not as it must be. A thread of its own. */
abstract class StormClient implements Runnable {
    final Storm storm;
    final Token token;
    final SplittableRandom random;
    final Deeds deeds;
    private volatile String doing = "nothing yet";
    private final AtomicInteger calmChores = new AtomicInteger();

    StormClient(Storm storm, int number, SplittableRandom random) {
        this.storm = storm;
        this.random = random;
        this.token = Token.of(number, random);
        this.deeds = new Deeds(token);
    }

    /** Connects, unless it is connected. */
    abstract void connect() throws Exception;

    abstract boolean connected();

    /** Chooses a chore and does it. */
    abstract void act(boolean calm) throws Exception;

    /** Compares all that it has written, and its settings, with what is there. */
    abstract void verify() throws Exception;

    /** Whether that means that the connection is gone, and nothing worse. */
    abstract boolean isLoss(Throwable thrown);

    /** Whether the pooler or the driver says that it did not expect what came. */
    static boolean isConfusion(String message) {
        return message.contains("got packet") || message.contains("internal error") || message.contains("broken") || message.contains("in doubt")
                || message.contains("Unknown Response Type") || message.contains("Protocol error");
    }

    /** Closes the connection without a word; any thread. */
    abstract void drop();

    /** Closes it as one should. */
    abstract void leave() throws Exception;

    @Override
    public void run() {
        try {
            while (storm.phase() == Storm.Phase.ROUGH) {
                step(this::connectOrAct);
            }
            while (!step(this::verifyAnew) && !storm.failed()) {
                storm.requireTime();
            }
            storm.atRest();
            while (storm.phase() == Storm.Phase.RUDE) {
                step(this::connectOrAct);
            }
            while (storm.phase() == Storm.Phase.CALM) {
                calmChores.addAndGet(step(this::connectOrAct) ? 1 : 0);
            }
            step(this::verifyAnew);
            storm.through();
            leave();
        } catch (Throwable e) {
            storm.fault(this, e);
        } finally {
            drop();
        }
    }

    private interface Attempt {
        void run() throws Exception;
    }

    /** False when the connection was lost. */
    private boolean step(Attempt attempt) {
        boolean mayBreak = storm.mayBreak();
        try {
            attempt.run();
            return true;
        } catch (Exception | AssertionError e) {
            drop();
            if (mayBreak && isLoss(e)) {
                storm.lost(e);
                pause(50);
            } else {
                storm.fault(this, e);
            }
            return false;
        }
    }

    private void connectOrAct() throws Exception {
        if (connected()) {
            act(storm.phase() == Storm.Phase.CALM);
        } else {
            doing("connect");
            connect();
        }
    }

    private void verifyAnew() throws Exception {
        doing("connect to verify");
        connect();
        doing("verify");
        verify();
    }

    void doing(String what) {
        doing = what;
    }

    int calmChores() {
        return calmChores.get();
    }

    // ---------------------------------------------------------------- for chores

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    @SafeVarargs
    final <T> T oneOf(T... choice) {
        return choice[random.nextInt(choice.length)];
    }

    <T> T oneOf(List<T> choice) {
        return choice.get(random.nextInt(choice.size()));
    }

    /** Waits for up to that many milliseconds: time for others to come between. */
    void pause(int mostMillis) {
        LockSupport.parkNanos(1 + random.nextLong(mostMillis * 1_000_000L));
    }

    void same(String what, Object expected, Object got) {
        if (!expected.equals(got)) {
            throw new AssertionError(token + ", " + doing + ": " + what + " is " + shortened(got) + ", not " + shortened(expected));
        }
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() > 2_000 ? text.substring(0, 2_000) + "…" : text;
    }

    @Override
    public String toString() {
        return token + " (" + doing + ")";
    }
}
