package org.pgsluice.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What only a client of its own protocol can do, and ends well. */
final class WireChores {
    static final List<Chore<WireClient>> ALL = List.of(
            Chore.of("wire: pipeline", 20, WireChores::pipeline),
            Chore.of("wire: transaction in a pipeline", 8, WireChores::transaction),
            Chore.of("wire: flush and wait", 6, WireChores::flush),
            Chore.of("wire: slow reader", 3, WireChores::slow),
            Chore.of("wire: long request", 4, WireChores::longRequest),
            Chore.of("wire: copy", 5, WireChores::copy),
            Chore.of("wire: prepare alone", 4, WireChores::prepareAlone),
            Chore.of("wire: encoding and quotes", 5, WireChores::encoding));

    private WireChores() {}

    private static void pipeline(WireClient client) throws IOException {
        client.play(pipelineOf(client, 1 + client.below(12)));
    }

    static WireScript pipelineOf(WireClient client, int units) {
        WireScript script = new WireScript();
        for (int i = 0; i < units; i++) {
            switch (client.below(7)) {
                case 0 -> query(client, script);
                case 1 -> {
                    script.query("SELECT '" + client.token + "'; SELECT 1 / 0; SELECT 'never'");
                    script.due("T").due('D', client.token.text()).complete("SELECT 1").due('E', "22012").ready('I');
                }
                case 2 -> unnamed(client, script);
                case 3 -> failing(client, script);
                case 4 -> script.query("DO $$ BEGIN RAISE NOTICE '" + client.token + "'; END $$").complete("DO").ready('I');
                default -> named(client, script);
            }
        }
        return script;
    }

    private static void query(WireClient client, WireScript script) {
        int rows = client.below(30);
        script.query("SELECT '" + client.token + " ' || i FROM generate_series(1, " + rows + ") i").due("T");
        for (int i = 1; i <= rows; i++) {
            script.due('D', client.token + " " + i);
        }
        script.complete("SELECT " + rows).ready('I');
    }

    private static void unnamed(WireClient client, WireScript script) {
        int n = client.below(1000);
        script.parse("", "SELECT who || $1 FROM mine").bind("", "." + n).describePortal().execute().sync();
        script.due("12T").due('D', client.token + "." + n).complete("SELECT 1").ready('I');
    }

    /** What stands between an error and the Sync is skipped, and a statement that was to be prepared there is not. */
    private static void failing(WireClient client, WireScript script) {
        boolean early = client.once(2);
        if (early) {
            script.parse("", "SELECT 1 / $1::int").bind("", "0").execute().due("1");
        } else {
            script.parse("", "SELECT 1 / (2 - i) FROM generate_series(1, $1::int) i").bind("", "2").execute().due("12").due('D', "1");
        }
        for (int i = client.below(3); i > 0; i--) {
            script.bind("").execute();
        }
        script.sync().due('E', "22012").ready('I');
    }

    /** Names of the client; texts are shared by all clients. */
    private static void named(WireClient client, WireScript script) {
        String name = "of " + client.token + " " + client.below(8);
        Integer number = client.statements.get(name);
        if (number == null) {
            number = client.below(10);
            client.statements.put(name, number);
            script.parse(name, "SELECT who || $1 || '/" + number + "' FROM mine").due("1");
        }
        if (client.once(3)) {
            script.describe(name).due("tT");
        }
        for (int i = client.below(3); i >= 0; i--) {
            int n = client.below(1000);
            script.bind(name, "." + n).execute().due("2").due('D', client.token + "." + n + "/" + number).complete("SELECT 1");
        }
        if (client.once(4)) {
            script.close(name).due("3");
            client.statements.remove(name);
        }
        script.sync().ready('I');
    }

    /** BEGIN to COMMIT in one write, in either protocol. */
    private static void transaction(WireClient client) throws IOException {
        List<Long> numbers = client.deeds.next(1 + client.below(5));
        boolean commits = !client.once(4);
        WireScript script = new WireScript();
        script.query("BEGIN").complete("BEGIN").ready('T');
        script.query("SELECT coalesce(pg_current_xact_id_if_assigned()::text, 'new')").due("T").due('D', "new").complete("SELECT 1").ready('T');
        for (Long number : numbers) {
            script.parse("", "INSERT INTO public.deeds VALUES ($1, $2::text::bigint)").bind("", client.token.text(), number.toString()).execute();
            script.due("12").complete("INSERT 0 1");
        }
        script.sync().ready('T');
        script.query(commits ? "COMMIT" : "ROLLBACK").complete(commits ? "COMMIT" : "ROLLBACK").ready('I');
        if (commits) {
            client.deeds.doubt(numbers);
        }
        client.play(script);
        if (commits) {
            client.deeds.done(numbers);
        }
    }

    /** Without its Sync the server stays with the client. */
    private static void flush(WireClient client) throws IOException {
        int n = client.below(1000);
        WireScript first = new WireScript();
        first.parse("", "SELECT who || $1, pg_backend_pid() FROM mine").bind("", " " + n).execute().flush();
        client.connection().sendSlowly(first.bytes());
        List<String> backends = new ArrayList<>();
        client.take(new WireScript().due("12"));
        backends.add(client.connection().next().text());
        client.take(new WireScript().complete("SELECT 1"));
        client.pause(10);
        client.connection().send(new WireScript().bind("", " " + n).execute().sync().bytes());
        client.take(new WireScript().due("2"));
        backends.add(client.connection().next().text());
        client.take(new WireScript().complete("SELECT 1").ready('I'));
        client.same("token, number and server", backends.getFirst(), backends.getLast());
        client.same("the beginning", true, backends.getFirst().startsWith(client.token + " " + n + "|"));
    }

    private static void slow(WireClient client) throws IOException {
        int count = 1000 + client.below(2000);
        client.connection().send(new WireScript()
                .query("SELECT '" + client.token + " ' || i || repeat('z', 1000) FROM generate_series(1, " + count + ") i")
                .query("SELECT '" + client.token + "'")
                .bytes());
        String filling = "z".repeat(1000);
        client.pause(40);
        client.take(new WireScript().due("T"));
        for (int i = 1; i <= count; i++) {
            client.same("row " + i, new WireConnection.Reply('D', client.token + " " + i + filling), client.connection().next());
            if (i % 500 == 0) {
                client.pause(10);
            }
        }
        client.take(new WireScript().complete("SELECT " + count).ready('I').due("T").due('D', client.token.text()).complete("SELECT 1").ready('I'));
    }

    private static void longRequest(WireClient client) throws IOException {
        String text = (client.token + " ").repeat(5_000 + client.below(20_000));
        client.play(new WireScript().query("SELECT length('" + text + "')").due("T").due('D', String.valueOf(text.length())).complete("SELECT 1").ready('I'));
    }

    private static void copy(WireClient client) throws IOException {
        WireScript script = new WireScript();
        List<Long> numbers = client.deeds.next(1 + client.below(200));
        StringBuilder lines = new StringBuilder();
        numbers.forEach(number -> lines.append(client.token).append('\t').append(number).append('\n'));
        String in = "COPY public.deeds FROM STDIN";
        switch (client.below(4)) {
            case 0 -> {
                script.query(in).copyData(lines.toString()).copyDone().due("G").complete("COPY " + numbers.size()).ready('I');
                client.deeds.doubt(numbers);
            }
            case 1 -> script.query(in).copyData(lines.toString()).copyFail(client.token.text()).due("G").due('E', "57014").ready('I');
            case 2 -> script.query(in).copyData(client.token + "\tx\n").copyDone().due("G").due('E', "22P02").ready('I');
            default -> {
                script.query("COPY (SELECT '" + client.token + "', i FROM generate_series(1, 300) i) TO STDOUT").due("H");
                for (int i = 1; i <= 300; i++) {
                    script.due('d', client.token + "\t" + i + "\n");
                }
                script.due("c").complete("COPY 300").ready('I');
            }
        }
        query(client, script);
        client.play(script);
        client.deeds.doneIfDoubted(numbers);
    }

    /** Parse and Sync, for which no server is needed when the text is known. */
    private static void prepareAlone(WireClient client) throws IOException {
        String name = "alone";
        WireScript script = new WireScript();
        if (client.statements.remove(name) != null) {
            script.close(name).sync().due("3").ready('I');
        }
        int number = client.below(10);
        client.statements.put(name, number);
        script.parse(name, "SELECT who || $1 || '/" + number + "' FROM mine").sync().due("1").ready('I');
        client.play(script);
        client.pause(5);
        client.play(new WireScript().bind(name, ".").execute().sync().due("2").due('D', client.token + "./" + number).complete("SELECT 1").ready('I'));
    }

    /** Two parameters that change how queries are read, which JDBC has to leave alone. */
    private static void encoding(WireClient client) throws IOException {
        boolean standard = client.once(2);
        String encoding = client.oneOf("LATIN1", "UTF8");
        client.play(new WireScript().query("SET standard_conforming_strings = " + (standard ? "on" : "off")).complete("SET").ready('I')
                .query("SET client_encoding = " + encoding).complete("SET").ready('I'));
        for (int i = client.below(5); i >= 0; i--) {
            WireScript look = new WireScript().query("SELECT current_setting('client_encoding') || length('\\\\')");
            client.play(look.due("T").due('D', encoding + (standard ? 2 : 1)).complete("SELECT 1").ready('I'));
        }
        client.play(new WireScript().query("SET standard_conforming_strings = on; SET client_encoding = UTF8").complete("SET").complete("SET").ready('I'));
    }
}
