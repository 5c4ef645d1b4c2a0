package org.pgsluice.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/**
 * A client with named statements that knows which reply is due for each of its messages. It shares the texts with all others, and prepares and closes them
 * under names of its own. Its batches may fail in the midst; it forgets all names at once; it sends several batches in one write. On a thread of its own; its
 * result is the number of its batches.
 */
final class PoisonClient implements Callable<Integer> {
    private static final int TEXTS = 14;
    private static final int MOST_NAMES = 10;

    private final PooledDatabase database;
    private final long end;
    private final Token token;
    private final SplittableRandom random;
    /** Its statements: names and the numbers of their texts. */
    private final Map<String, Integer> names = new HashMap<>();

    private WireScript script = new WireScript();
    private boolean failed;
    private int fresh;
    private int batches;

    /** {@code end}: when it stops, by {@link System#nanoTime}. */
    PoisonClient(PooledDatabase database, int number, SplittableRandom random, long end) {
        this.database = database;
        this.token = Token.of(number, random);
        this.random = random;
        this.end = end;
    }

    @Override
    public Integer call() throws IOException {
        do {
            names.clear();
            WireConnection connection = WireConnection.open(database.pooler().port(), database.name(), token, random, "application_name", token.text());
            try {
                do {
                    write();
                    play(connection);
                } while (System.nanoTime() < end && random.nextInt(300) > 0);
            } finally {
                connection.cut();
            }
        } while (System.nanoTime() < end);
        return batches;
    }

    private void play(WireConnection connection) throws IOException {
        if (random.nextInt(5) == 0) {
            connection.sendSlowly(script.bytes());
        } else {
            connection.send(script.bytes());
        }
        List<WireConnection.Reply> got = new ArrayList<>();
        for (WireScript.Due due : script.due()) {
            WireConnection.Reply reply = connection.next();
            got.add(reply);
            if (!due.fits(reply)) {
                throw new AssertionError("%s, batch %d: got %s where these were due: %s".formatted(token, batches, got, script.due()));
            }
        }
    }

    /** One batch or a few, for one write. */
    private void write() {
        script = new WireScript();
        int more = Math.max(0, random.nextInt(6) - 2);
        for (int i = 0; i <= more; i++) {
            if (random.nextInt(100) == 0) {
                forgetAll();
            }
            batch();
            batches++;
        }
    }

    private void forgetAll() {
        String sql = random.nextBoolean() ? "DEALLOCATE ALL" : "DISCARD ALL";
        names.clear();
        script.query(sql).complete(sql).ready('I');
    }

    private void batch() {
        failed = false;
        for (int n = 1 + random.nextInt(8); n > 0; n--) {
            int roll = random.nextInt(100);
            if (roll < 25) {
                parse();
            } else if (roll < 33) {
                close();
            } else if (roll < 38) {
                fail();
            } else {
                execute();
            }
        }
        script.sync().ready('I');
    }

    private void parse() {
        String name = "n" + fresh++ % 1000;
        int text = random.nextInt(TEXTS);
        if (names.size() < MOST_NAMES && !names.containsKey(name)) {
            script.parse(name, "SELECT $1::text || '#" + text + "'");
            if (!failed) {
                script.due("1");
                names.put(name, text);
            }
        }
    }

    private void close() {
        if (!names.isEmpty()) {
            String name = any();
            script.close(name);
            if (!failed) {
                script.due("3");
                names.remove(name);
            }
        }
    }

    private void fail() {
        boolean skipped = failed;
        failed = true;
        String state;
        switch (names.isEmpty() ? 0 : random.nextInt(3)) {
            case 0 -> {
                script.parse("", "SELECT 1/0").bind("").execute();
                script.due(skipped ? "" : "1");
                state = "22012";
            }
            case 1 -> {
                script.bind("nobody's", token.text()).execute();
                state = "26000";
            }
            default -> {
                script.parse(any(), "SELECT 'another'");
                state = "42P05";
            }
        }
        if (!skipped) {
            script.due('E', state);
        }
    }

    private void execute() {
        if (!names.isEmpty()) {
            String name = any();
            script.bind(name, token.text()).execute();
            if (!failed) {
                script.due("2").due('D', token + "#" + names.get(name)).complete("SELECT 1");
            }
        }
    }

    private String any() {
        List<String> all = names.keySet().stream().sorted().toList();
        return all.get(random.nextInt(all.size()));
    }
}
