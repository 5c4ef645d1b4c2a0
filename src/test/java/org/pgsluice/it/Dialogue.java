package org.pgsluice.it;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.pgsluice.wire.MessageWriter;

/**
 * Random messages of a client in a few turns; behind each turn the client waits for all replies. Names, texts and portals are drawn from a handful, so that
 * many messages hit what exists, and many do not. {@link DialogueFuzzIT} says what is left out.
 */
final class Dialogue {
    /** One message, or some that only make sense together. */
    record Step(String text, byte[] bytes) {}

    /** A turn: the messages that are sent in one go. */
    record Turn(List<Step> steps) {
        byte[] bytes() {
            MessageWriter all = new MessageWriter();
            for (Step step : steps) {
                all.bytes(step.bytes);
            }
            return all.bytes(END).toBytes();
        }

        @Override
        public String toString() {
            return String.join("; ", steps.stream().map(Step::text).toList());
        }
    }

    /** Ends each turn, whatever stands before it: a Sync, and an empty query, which nothing else makes. */
    private static final byte[] END = new MessageWriter().begin((byte) 'S').end().begin((byte) 'Q').cstring("").end().toBytes();

    private static final List<String> TEXTS = List.of(
            "SELECT 'one'",
            "SELECT $1::text",
            "SELECT $1::text || 'x'",
            "SELECT generate_series(1, 5)",
            "SELECT count(*) FROM mine",
            "INSERT INTO mine VALUES ($1)",
            "DELETE FROM mine",
            "COPY (SELECT generate_series(1, 3)) TO STDOUT",
            "SELECT 1/0",
            "SELECT 1/(random() * 0)::int",
            "SELEKT",
            "SELECT * FROM nowhere",
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "SAVEPOINT s",
            "ROLLBACK TO s");

    private static final List<String> QUERIES = List.of(
            "SELECT 'one'",
            "SELECT 1; SELECT 2",
            "SELECT 1; SELECT 1/0; SELECT 2",
            "INSERT INTO mine VALUES ('q')",
            "SELECT count(*) FROM mine",
            "BEGIN",
            "BEGIN; SELECT 1",
            "COMMIT",
            "ROLLBACK",
            "ROLLBACK; BEGIN",
            "SAVEPOINT s",
            "ROLLBACK TO s",
            "SELEKT",
            "SELECT 1/0",
            "COPY (SELECT generate_series(1, 3)) TO STDOUT",
            "COPY (SELECT 1) TO STDOUT; SELECT 1",
            "DEALLOCATE n1",
            "DEALLOCATE n2",
            "DEALLOCATE ALL",
            "DISCARD ALL");

    private static final String[] NAMES = {"", "n1", "n2", "n3"};
    private static final String[] PORTALS = {"", "", "", "p1", "p2"};

    private final SplittableRandom random;
    private final List<Step> steps = new ArrayList<>();

    private Dialogue(SplittableRandom random) {
        this.random = random;
    }

    static List<Turn> random(SplittableRandom random) {
        List<Turn> turns = new ArrayList<>();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            turns.add(new Dialogue(random).turn());
        }
        return turns;
    }

    /** Leaves the session as it was at first. */
    static Turn reset() {
        Dialogue dialogue = new Dialogue(new SplittableRandom(0));
        dialogue.query("ROLLBACK");
        dialogue.query("DEALLOCATE ALL");
        dialogue.query("DELETE FROM mine");
        dialogue.parse("", "SELECT 'first'", 0);
        return new Turn(dialogue.steps);
    }

    /** No more than a turn's end. */
    static byte[] nothing() {
        return END.clone();
    }

    private Turn turn() {
        for (int n = 1 + random.nextInt(8); n > 0; n--) {
            step(random.nextInt(100));
        }
        return new Turn(List.copyOf(steps));
    }

    private void step(int roll) {
        if (roll < 20) {
            parse(any(NAMES), TEXTS.get(random.nextInt(TEXTS.size())), random.nextInt(8));
        } else if (roll < 45) {
            run(any(NAMES), any(PORTALS));
        } else if (roll < 50) {
            bind(any(PORTALS), any(NAMES), random.nextInt(3));
        } else if (roll < 56) {
            describe();
        } else if (roll < 62) {
            execute(any(PORTALS));
        } else if (roll < 69) {
            close();
        } else if (roll < 79) {
            bare('S', "Sync");
        } else if (roll < 83) {
            bare('H', "Flush");
        } else if (roll < 95) {
            query(QUERIES.get(random.nextInt(QUERIES.size())));
        } else if (roll < 97) {
            copyIn();
        } else if (roll < 98) {
            broken();
        } else {
            function();
        }
    }

    private String any(String... words) {
        return words[random.nextInt(words.length)];
    }

    private void add(String text, MessageWriter message) {
        steps.add(new Step(text, message.toBytes()));
    }

    private static MessageWriter message(char tag) {
        return new MessageWriter().begin((byte) tag);
    }

    private void bare(char tag, String text) {
        add(text, message(tag).end());
    }

    private void query(String sql) {
        add("Query " + sql, message('Q').cstring(sql).end());
    }

    /** {@code types}: 1 for a parameter whose type is said. */
    private void parse(String name, String sql, int types) {
        MessageWriter out = message('P').cstring(name).cstring(sql);
        if (types == 1 && sql.contains("$1::text")) {
            out.int16(1).int32(25);
        } else {
            out.int16(0);
        }
        add("Parse '" + name + "' " + sql, out.end());
    }

    private void bind(String portal, String name, int count) {
        MessageWriter out = message('B').cstring(portal).cstring(name).int16(0).int16(count);
        for (int i = 0; i < count; i++) {
            out.int32(1).int8('v');
        }
        add("Bind '%s' '%s' %d".formatted(portal, name, count), out.int16(0).end());
    }

    private void execute(String portal) {
        int rows = random.nextInt(3) == 0 ? 2 : 0;
        add("Execute '" + portal + "' " + rows, message('E').cstring(portal).int32(rows).end());
    }

    /** What a client does that knows its statements, but for the count of parameters. */
    private void run(String name, String portal) {
        if (random.nextInt(3) == 0) {
            parse(name, TEXTS.get(random.nextInt(TEXTS.size())), 0);
        }
        bind(portal, name, random.nextInt(3) == 0 ? 1 : 0);
        if (random.nextInt(4) == 0) {
            add("Describe P '" + portal + "'", message('D').int8('P').cstring(portal).end());
        }
        execute(portal);
        if (random.nextBoolean()) {
            bare('S', "Sync");
        }
    }

    private void describe() {
        boolean portal = random.nextBoolean();
        String name = portal ? any(PORTALS) : any(NAMES);
        MessageWriter out = message('D').int8(portal ? 'P' : 'S').cstring(name).end();
        if (portal) {
            add("Describe P '" + name + "'", out);
        } else {
            bare('S', "Sync");
            add("Describe S '" + name + "'; Sync", out.begin((byte) 'S').end());
        }
    }

    private void close() {
        boolean portal = random.nextInt(3) == 0;
        String name = portal ? any(PORTALS) : any(NAMES);
        add("Close " + (portal ? "P '" : "S '") + name + "'", message('C').int8(portal ? 'P' : 'S').cstring(name).end());
    }

    private void function() {
        int oid = random.nextInt(4) == 0 ? 1 : 177; // int4pl
        MessageWriter out = message('F').int32(oid).int16(0).int16(2).int32(1).int8('3').int32(1).int8('4').int16(0);
        add("FunctionCall " + oid, out.end());
    }

    /** What PostgreSQL refuses and outlives. */
    private void broken() {
        switch (random.nextInt(3)) {
            case 0 -> add("Describe X", message('D').int8('X').cstring("").end());
            case 1 -> add("Close X", message('C').int8('X').cstring("").end());
            default -> add("Bind cut", message('B').cstring("").cstring("").int16(0).int16(1).int32(9).int8('v').end());
        }
    }

    /** Always with its end: another message amid the data costs PostgreSQL the session. */
    private void copyIn() {
        MessageWriter out = new MessageWriter();
        String text = "COPY mine FROM STDIN";
        if (random.nextBoolean()) {
            out.begin((byte) 'Q').cstring(text).end();
        } else {
            text = "extended " + text;
            out.begin((byte) 'P').cstring("k").cstring("COPY mine FROM STDIN").int16(0).end();
            out.begin((byte) 'B').cstring("pk").cstring("k").int16(0).int16(0).int16(0).end();
            out.begin((byte) 'E').cstring("pk").int32(0).end();
        }
        boolean extended = text.startsWith("extended");
        for (int n = random.nextInt(4), first = n; n > 0; n--) {
            // Behind data a Sync of the extended protocol is in doubt when the COPY fails, see docs/differences.md.
            int roll = extended && n < first ? random.nextInt(1, 10) : random.nextInt(10);
            text += roll == 0 ? " Sync" : roll == 1 ? " Flush" : roll == 2 ? " bad" : " good";
            switch (roll) {
                case 0 -> out.begin((byte) 'S').end();
                case 1 -> out.begin((byte) 'H').end();
                case 2 -> out.begin((byte) 'd').bytes("a\tb\n".getBytes(StandardCharsets.US_ASCII)).end();
                default -> out.begin((byte) 'd').bytes("a\n".getBytes(StandardCharsets.US_ASCII)).end();
            }
        }
        boolean fails = random.nextInt(4) == 0;
        if (fails) {
            out.begin((byte) 'f').cstring("given up").end();
        } else {
            out.begin((byte) 'c').end();
        }
        add(text + (fails ? " CopyFail" : " CopyDone"), out);
    }
}
