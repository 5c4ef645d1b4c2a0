package org.pgsluice.it;

import java.io.IOException;
import java.util.List;

/** Leaving without a word at the worst moment. Whatever was under way must reach nobody else, and what was not committed must not be there. */
final class RudeChores {
    static final List<Chore<WireClient>> ALL = List.of(
            Chore.rough("rude: half a pipeline", 3, RudeChores::halfPipeline),
            Chore.rough("rude: in the middle of a result", 2, RudeChores::midResult),
            Chore.rough("rude: in a transaction", 3, RudeChores::midTransaction),
            Chore.rough("rude: in a COPY", 2, RudeChores::midCopy),
            Chore.rough("rude: before the answer", 3, RudeChores::beforeTheAnswer),
            Chore.rough("rude: at COMMIT", 2, RudeChores::atCommit));

    private RudeChores() {}

    private static void cut(WireClient client) {
        if (client.once(2)) {
            client.pause(5);
        }
        client.drop(client.once(2));
    }

    private static void halfPipeline(WireClient client) throws IOException {
        byte[] bytes = WireChores.pipelineOf(client, 1 + client.below(6)).bytes();
        client.connection().sendSlowly(bytes, client.below(bytes.length));
        cut(client);
    }

    private static void midResult(WireClient client) throws IOException {
        client.connection().send(new WireScript().query("SELECT '" + client.token + "' || repeat('y', 1000) FROM generate_series(1, 4000)").bytes());
        client.connection().skim(client.below(1_000_000));
        cut(client);
    }

    private static void midTransaction(WireClient client) throws IOException {
        WireScript script = new WireScript().query("BEGIN").complete("BEGIN").ready('T');
        for (Long number : client.deeds.next(2)) {
            script.query("INSERT INTO public.deeds VALUES ('" + client.token + "', " + number + ")").complete("INSERT 0 1").ready('T');
        }
        script.query("SELECT pg_advisory_xact_lock(" + client.below(Tally.COUNTERS) + ")").due("TDC").ready('T');
        if (client.once(2)) {
            client.play(script);
        } else {
            client.connection().send(client.once(2) ? script.bytes() : script.terminate().bytes());
        }
        cut(client);
    }

    private static void midCopy(WireClient client) throws IOException {
        WireScript script = new WireScript().query("COPY public.deeds FROM STDIN");
        for (Long number : client.deeds.next(200)) {
            script.copyData(client.token + "\t" + number + "\n");
        }
        byte[] bytes = script.bytes();
        client.connection().sendSlowly(bytes, client.once(3) ? bytes.length : client.below(bytes.length));
        cut(client);
    }

    private static void beforeTheAnswer(WireClient client) throws IOException {
        client.connection().send(client.once(2)
                ? new WireScript().query("SELECT '" + client.token + "' FROM pg_sleep(0.03)").bytes()
                : new WireScript().query("SET application_name = '" + client.token + " left'; SET search_path = " + client.token + ", public").bytes());
        cut(client);
    }

    private static void atCommit(WireClient client) throws IOException {
        List<Long> numbers = client.deeds.next(2);
        WireScript script = new WireScript().query("BEGIN");
        for (Long number : numbers) {
            script.query("INSERT INTO public.deeds VALUES ('" + client.token + "', " + number + ")");
        }
        client.deeds.doubt(numbers);
        client.connection().send(script.query("COMMIT").bytes());
        cut(client);
    }
}
