package org.pgsluice.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.prepared.StatementCatalog;

/** A pipeline and what PostgreSQL makes of it. */
final class PipelineScript {
    enum Kind {
        FORWARD,
        PARSE,
        OWN_PARSE,
        OWN_CLOSE,
        INVENTED
    }

    /** {@code after}: the reply that the client waits for before it sends this, -1 for none. */
    record Request(char tag, Kind kind, PreparedStatement named, int after) {
        boolean maySendBefore(int reply) {
            return after < reply;
        }
    }

    record Reply(char tag, int needsRequest) {}

    private static final StatementCatalog CATALOG = new StatementCatalog();

    final List<Request> requests = new ArrayList<>();
    final List<Reply> replies = new ArrayList<>();
    final StringBuilder forClient = new StringBuilder();
    final Set<PreparedStatement> prepared = new HashSet<>();
    private final Random random;
    private final List<PreparedStatement> known = new ArrayList<>();
    private final Set<PreparedStatement> parsed = new HashSet<>();
    private final Set<PreparedStatement> closed = new HashSet<>();
    private boolean skipping;

    PipelineScript(Random random) {
        this.random = random;
        for (byte i = 0; i < 12; i++) {
            known.add(CATALOG.acquire(new byte[] {i}, ""));
        }
        int batches = 1 + random.nextInt(4);
        for (int i = 0; i < batches; i++) {
            switch (random.nextInt(6)) {
                case 0 -> simple();
                case 1 -> function();
                default -> extended();
            }
        }
        aside();
    }

    // The model of the backend: each request is sent and answered in turn; a pipeline's depth comes from noting requests ahead of the replies.

    private void send(char tag, Kind kind, PreparedStatement named, int after) {
        requests.add(new Request(tag, kind, named, after));
    }

    private void send(char tag) {
        send(tag, Kind.FORWARD, known.getFirst(), -1);
    }

    private void reply(String tags, boolean client) {
        for (char tag : tags.toCharArray()) {
            replies.add(new Reply(tag, requests.size() - 1));
            if (client) {
                forClient.append(tag);
            }
        }
        aside();
    }

    /** Now and then a notice, a notification; they may come before or behind an answer of ours. */
    private void aside() {
        if (random.nextInt(12) == 0) {
            char tag = random.nextBoolean() ? 'N' : 'A';
            replies.add(new Reply(tag, requests.size() - 1));
        }
    }

    /** Replies at the end that owe themselves to no request; an error there is what a dying server says. */
    int asideAtEnd() {
        int count = 0;
        while (count < replies.size() && "NAE".indexOf(replies.get(replies.size() - 1 - count).tag()) >= 0) {
            count++;
        }
        return count;
    }

    private boolean fails() {
        return random.nextInt(10) == 0;
    }

    private void simple() {
        send('Q');
        int results = random.nextInt(4);
        if (results == 0) {
            reply("I", true);
        }
        boolean failed = false;
        for (int i = 0; i < results && !failed; i++) {
            switch (random.nextInt(4)) {
                case 0 -> reply("C", true);
                case 1 -> reply("TDDC", true);
                case 2 -> reply("HdddcC", true);
                default -> failed = copyIn('Q');
            }
            if (!failed && fails()) {
                reply("E", true);
                failed = true;
            }
        }
        reply("Z", true);
    }

    private void function() {
        send('F');
        reply(fails() ? "EZ" : "VZ", true);
    }

    /** Whether it failed. */
    private boolean copyIn(char request) {
        reply("G", true);
        int seen = replies.size() - 1;
        boolean early = fails();
        if (early) {
            reply("E", true);
        }
        if (request == 'E' && !early && random.nextBoolean()) {
            // What libraries send without a look at the answer; PostgreSQL ignores it inside the data.
            send('S', Kind.FORWARD, known.getFirst(), seen);
        }
        // Some wait until the server asks for the data, some do not.
        send('c', Kind.FORWARD, known.getFirst(), random.nextBoolean() ? seen : -1);
        if (!early) {
            boolean late = fails();
            reply(late ? "E" : "C", true);
            return late;
        }
        return true;
    }

    private void extended() {
        int steps = random.nextInt(8);
        for (int i = 0; i < steps; i++) {
            step();
        }
        send('S');
        skipping = false;
        if (fails()) {
            reply("E", true);
        }
        reply("Z", true);
    }

    private void step() {
        PreparedStatement named = known.get(random.nextInt(known.size()));
        switch (random.nextInt(10)) {
            case 0 -> forwarded('P', "1");
            case 1, 2 -> forwarded('B', "2");
            case 3 -> forwarded('D', switch (random.nextInt(3)) {
                case 0 -> "n";
                case 1 -> "T";
                default -> random.nextBoolean() ? "tn" : "tT";
            });
            case 4 -> forwarded('C', "3");
            case 5, 6 -> execute();
            case 7 -> parse(named, random.nextBoolean() ? Kind.PARSE : Kind.OWN_PARSE);
            case 8 -> ownClose(named);
            default -> invented(random.nextBoolean() ? 'P' : 'C');
        }
    }

    private void forwarded(char tag, String answer) {
        send(tag);
        if (!skipping) {
            skipping = fails();
            reply(skipping ? "E" : answer, true);
        }
    }

    private void execute() {
        if (!skipping && random.nextInt(3) == 0) {
            send('E');
            skipping = copyIn('E');
            return;
        }
        forwarded('E', switch (random.nextInt(5)) {
            case 0 -> "I";
            case 1 -> "DDs";
            case 2 -> "HddcC";
            case 3 -> "DDDC";
            default -> "C";
        });
    }

    /** Each statement is prepared once and closed once: whether the server has it is the caller's to know, and he learns of a skipped message only later. */
    private void parse(PreparedStatement named, Kind kind) {
        if (!parsed.add(named)) {
            return;
        }
        send('P', kind, named, -1);
        if (!skipping) {
            skipping = fails();
            reply(skipping ? "E" : "1", kind == Kind.PARSE || skipping);
            if (!skipping) {
                prepared.add(named);
            }
        }
    }

    private void ownClose(PreparedStatement named) {
        if (!prepared.contains(named) || !closed.add(named)) {
            return;
        }
        send('C', Kind.OWN_CLOSE, named, -1);
        if (!skipping) {
            reply("3", false);
            prepared.remove(named);
        }
    }

    private void invented(char tag) {
        send(tag, Kind.INVENTED, known.getFirst(), -1);
        if (!skipping) {
            forClient.append(tag == 'P' ? '1' : '3');
        }
    }

    void mutate(ReplyLedgerModelTest.Mutation mutation, Random chance) {
        int at = chance.nextInt(replies.size());
        Reply reply = replies.get(at);
        switch (mutation) {
            case DROP -> replies.remove(at);
            case REPEAT -> replies.add(at, reply);
            case SWAP -> {
                if (at + 1 < replies.size()) {
                    replies.set(at, replies.get(at + 1));
                    replies.set(at + 1, reply);
                }
            }
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Request request : requests) {
            text.append(request.tag()).append(request.kind() == Kind.FORWARD ? "" : "(" + request.kind() + ")");
        }
        text.append(" / ");
        for (Reply reply : replies) {
            text.append(reply.tag());
        }
        return text.toString();
    }
}
