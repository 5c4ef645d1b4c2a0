package org.pgsluice.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Says the same to PostgreSQL and to the pooler, and compares what they answer. On a thread of its own; its result is the list of differences, each with the
 * shortest dialogue that still shows it.
 */
final class FuzzClient implements Callable<List<String>> {
    private static final int ENOUGH = 1;
    private static final int TRIES = 60;

    private final Token token;
    private final SplittableRandom random;
    private final int pooled;
    private final int direct;
    private final String database;
    private final AtomicInteger sequences;
    private final long end;
    private final List<String> differences = new ArrayList<>();
    /** What was said since the connections were made. */
    private final List<Dialogue.Turn> said = new ArrayList<>();

    /** {@code pooled} and {@code direct} are ports; it stops when {@code sequences} have been taken, or at {@code end} by {@link System#nanoTime}. */
    FuzzClient(int number, SplittableRandom random, int pooled, int direct, String database, AtomicInteger sequences, long end) {
        this.token = Token.of(number, random);
        this.random = random;
        this.pooled = pooled;
        this.direct = direct;
        this.database = database;
        this.sequences = sequences;
        this.end = end;
    }

    Token token() {
        return token;
    }

    @Override
    public List<String> call() throws IOException {
        while (goesOn()) {
            said.clear();
            try (Pair pair = open()) {
                pair.say(Dialogue.reset()); // what a pair before has left that ended in the midst of something
                String difference = null;
                for (int n = 1 + random.nextInt(40); n > 0 && difference == null && goesOn(); n--) {
                    sequences.decrementAndGet();
                    difference = converse(pair);
                }
                if (difference != null && pair.isAlive()) {
                    System.out.println("fuzz: " + difference);
                    differences.add(difference);
                }
            }
            if (!differences.isEmpty() && sequences.getAndSet(0) > 0) {
                // The others come to their end, and have let go of their servers by then.
                System.out.println("fuzz, shorter: " + shortest(differences.getFirst()));
            }
        }
        return differences;
    }

    /** Some sequences crash PostgreSQL 18 itself, and with it the sessions of all; then it takes a while until it is there again. */
    private Pair open() throws IOException {
        while (true) {
            try {
                return new Pair(20_000);
            } catch (IOException | AssertionError e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private boolean goesOn() {
        return differences.size() < ENOUGH && sequences.get() > 0 && System.nanoTime() < end;
    }

    private String converse(Pair pair) throws IOException {
        List<Dialogue.Turn> turns = new ArrayList<>(Dialogue.random(random));
        turns.add(Dialogue.reset());
        for (Dialogue.Turn turn : turns) {
            said.add(turn);
            String difference = pair.say(turn);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    /** Leaves out turns, then messages, as long as there is still a difference. */
    private String shortest(String first) throws IOException {
        List<Dialogue.Turn> turns = new ArrayList<>(said);
        String difference = first;
        int tries = 0;
        boolean reproduced = false;
        for (int size = turns.size() / 2; size > 0 && tries < TRIES; size /= 2) {
            for (int at = Math.max(0, turns.size() - 1 - size); at >= 0 && tries < TRIES; at -= size, tries++) {
                List<Dialogue.Turn> fewer = new ArrayList<>(turns);
                fewer.subList(at, Math.min(turns.size() - 1, at + size)).clear();
                String found = replay(fewer);
                if (found != null) {
                    reproduced = true;
                    difference = found;
                    turns = fewer;
                }
            }
        }
        for (int t = turns.size() - 1; t >= 0; t--) {
            for (int s = turns.get(t).steps().size() - 1; s >= 0 && tries < 2 * TRIES; s--, tries++) {
                List<Dialogue.Step> steps = new ArrayList<>(turns.get(t).steps());
                steps.remove(s);
                List<Dialogue.Turn> fewer = new ArrayList<>(turns);
                fewer.set(t, new Dialogue.Turn(steps));
                String found = replay(fewer);
                if (found != null) {
                    reproduced = true;
                    difference = found;
                    turns = fewer;
                }
            }
        }
        List<Dialogue.Turn> last = reproduced ? turns : turns.subList(Math.max(0, turns.size() - 6), turns.size());
        return (reproduced ? "" : "once, behind " + (turns.size() - last.size()) + " turns, ") + difference + "\n    dialogue: " + last;
    }

    private String replay(List<Dialogue.Turn> turns) throws IOException {
        try (Pair pair = new Pair(2_000)) {
            pair.say(Dialogue.reset());
            for (Dialogue.Turn turn : turns) {
                String difference = pair.say(turn);
                if (difference != null) {
                    return difference;
                }
            }
            return null;
        }
    }

    /** A session of PostgreSQL and one of the pooler, which have been told the same. */
    private final class Pair implements AutoCloseable {
        private final WireConnection plain;
        private final WireConnection through;
        /** Both are in a transaction that has failed. */
        private boolean failed;

        Pair(int patienceMillis) throws IOException {
            plain = WireConnection.open(direct, database + "_direct", token, random, "options", "-c search_path=" + token);
            try {
                through = WireConnection.open(pooled, database, token, random, "options", "-c search_path=" + token);
            } catch (IOException | AssertionError e) {
                plain.cut();
                throw e;
            }
            through.patience(patienceMillis);
        }

        /** What differs; null for nothing. */
        String say(Dialogue.Turn turn) {
            byte[] bytes = turn.bytes();
            List<String> wanted = answer(plain, bytes, false, failed);
            List<String> got = answer(through, bytes, random.nextInt(3) == 0, failed);
            failed = wanted.getLast().equals("Z:E");
            if (isInternal(wanted) || isInternal(got)) {
                // An error of PostgreSQL's own: nothing of what follows can be held against it. The pooler may leave out a Parse that its server knows already,
                // and where that stands between a FunctionCall and a Sync PostgreSQL 18 needs it: "StartTransactionCommand: unexpected state STARTED".
                plain.cut();
            }
            return wanted.equals(got) ? null : "to %s\n    PostgreSQL: %s\n    pooler:     %s".formatted(turn, wanted, got);
        }

        private static boolean isInternal(List<String> replies) {
            return replies.stream().anyMatch(reply -> reply.startsWith("E:XX000"));
        }

        /** Whether PostgreSQL's own session goes on, so that a difference is the pooler's. */
        boolean isAlive() {
            return !answer(plain, Dialogue.nothing(), false, false).getLast().startsWith("ended");
        }

        @Override
        public void close() {
            plain.cut();
            through.cut();
        }
    }

    /** All replies up to the ReadyForQuery behind an empty query, or how the session ended; in a failed transaction only what is completed. */
    private static List<String> answer(WireConnection connection, byte[] bytes, boolean slowly, boolean inFailed) {
        List<String> replies = new ArrayList<>();
        boolean failed = inFailed;
        try {
            if (slowly) {
                connection.sendSlowly(bytes);
            } else {
                connection.send(bytes);
            }
            boolean empty = false;
            while (true) {
                WireConnection.Reply reply = connection.next();
                if (reply.tag() == 'Z') {
                    failed = reply.text().equals("E");
                }
                if (failed && reply.tag() != 'Z' && reply.tag() != 'C') {
                    empty = reply.tag() == 'I';
                    continue;
                }
                replies.add(reply.tag() + ":" + (reply.tag() == 'E' ? reply.text().substring(0, 5) : reply.text().replace("\0", "")));
                if (empty && reply.tag() == 'Z') {
                    return replies;
                }
                empty = reply.tag() == 'I';
            }
        } catch (IOException | AssertionError e) {
            replies.add("ended: " + e);
            return replies;
        }
    }
}
