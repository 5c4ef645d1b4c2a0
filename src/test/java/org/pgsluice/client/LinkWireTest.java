package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.ScriptedPostgres;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;

/**
 * Dialogues through the pooler, cut at every byte in both directions. What a client gets must be, byte for byte, what it gets from the server without a pooler
 * between.
 */
class LinkWireTest {
    private static final Config TRANSACTION = SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nmax_prepared_statements = 3\n");

    /** What a client sends; the next step only when all replies to the one before have come. */
    record Dialogue(String name, List<byte[]> steps) {
        static Dialogue of(String name, Requests... steps) {
            return new Dialogue(name, Stream.of(steps).map(Requests::toBytes).toList());
        }

        int length() {
            return steps.stream().mapToInt(step -> step.length).sum();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Requests send() {
        return new Requests();
    }

    static Stream<Dialogue> dialogues() {
        return Stream.of(
                Dialogue.of("a simple query", send().query("SELECT '$.1'")),
                Dialogue.of("queries in a row", send().query("SELECT '$.1'").query("").query("ROWS 3 '$.2'; SELECT '$.3'").query("ERROR '$.4'")
                        .query("SELECT '$.5'")),
                Dialogue.of("a transaction over several steps", send().query("BEGIN"), send().query("SELECT '$.1'"), send().query("ERROR '$.2'"),
                        send().query("SELECT '$.3'"), send().query("ROLLBACK")),
                Dialogue.of("notices", send().query("NOTICE '$.1'; SELECT '$.2'; NOTICE '$.3'")),
                Dialogue.of("a function call", send().functionCall().functionCall()),
                Dialogue.of("COPY out", send().query("COPY OUT 3 '$.1'"), send().parse("", "COPY OUT 2 '$.2'").bind("").execute(0).sync()),
                Dialogue.of("COPY in", send().query("COPY IN '$.1'"), send().copyData("one").copyData("two").copyDone(), send().query("SELECT '$.2'")),
                Dialogue.of("COPY in given up", send().query("COPY IN '$.1'"), send().copyData("one").copyFail("no more"), send().query("SELECT '$.2'")),
                Dialogue.of("COPY in that fails", send().query("COPY IN '$.1'"), send().copyData("one").copyData("BAD ROW").copyData("late").copyDone(),
                        send().query("SELECT '$.2'")),
                Dialogue.of("COPY in, sent at once", send().query("COPY IN '$.1'").copyData("one").copyDone().query("SELECT '$.2'"),
                        send().query("SELECT '$.3'")),
                Dialogue.of("COPY in, given up at once", send().query("COPY IN '$.1'").copyData("one").copyFail("no more").query("SELECT '$.2'")),
                Dialogue.of("COPY in that fails, sent at once", send().query("COPY IN '$.1'").copyData("BAD ROW").copyData("late").copyDone()
                        .query("SELECT '$.2'")),
                Dialogue.of("COPY in, extended, sent at once", send().parse("", "COPY IN '$.1'").bind("").execute(0).copyData("one").copyDone().sync()
                        .query("SELECT '$.2'")),
                Dialogue.of("COPY data for what is no COPY", send().query("SELECT '$.1'").copyData("one").copyDone().query("SELECT '$.2'").query("ERROR '$.3'")
                        .copyDone().query("SELECT '$.4'")),
                Dialogue.of("COPY data for what is no COPY, extended", send().parse("", "SELECT '$.1'").bind("").execute(0).copyData("one").copyDone().sync()
                        .query("SELECT '$.2'")),
                Dialogue.of("COPY in, extended, with a Sync inside",
                        send().parse("", "COPY IN '$.1'").bind("").describePortal().execute(0).sync(), send().copyData("one").copyDone().sync(),
                        send().query("SELECT '$.2'")),
                Dialogue.of("the unnamed statement", send().parse("", "SELECT $1").describeStatement("").bind("", "$.1").describePortal().execute(0)
                        .closePortal().sync()),
                Dialogue.of("an extended pipeline with errors",
                        send().parse("", "SELECT $1").bind("", "$.1").execute(0).sync().parse("", "BROKEN").bind("", "$.2").execute(0).sync()
                        .parse("", "ERROR '$.3'").bind("")
                                .execute(0).query("SELECT '$.4'").sync().query("SELECT '$.5'")),
                Dialogue.of("a suspended portal", send().query("BEGIN"), send().parse("", "ROWS 5 '$.1'").bind("").execute(2).sync(), send().query("COMMIT")),
                Dialogue.of("named statements",
                        send().parse("a", "SELECT $1").describeStatement("a").sync(), send().bind("a", "$.1").execute(0).sync(),
                        send().parse("b", "ROWS 2 $1").bind("b", "$.2").execute(0).bind("a", "$.3").describePortal().execute(0).sync(),
                        send().closeStatement("a").sync(), send().parse("a", "SELECT $1").bind("a", "$.4").execute(0).sync()),
                Dialogue.of("a statement under two names",
                        send().parse("a", "SELECT $1").parse("b", "SELECT $1").bind("a", "$.1").execute(0).parse("c", "SELECT $1").bind("b", "$.2").execute(0)
                        .bind("c", "$.3")
                                .execute(0).closeStatement("b").bind("a", "$.4").execute(0).sync()),
                Dialogue.of("more statements than the server may keep",
                        send().parse("a", "SELECT $1").parse("b", "ROWS 1 $1").parse("c", "ROWS 2 $1").parse("d", "ROWS 3 $1").parse("e", "ROWS 4 $1").sync(),
                        send().bind("a", "$.1").execute(0).bind("b", "$.2").execute(0).bind("c", "$.3").execute(0).bind("d", "$.4").execute(0).bind("e", "$.5")
                        .execute(0).sync(),
                        send().bind("a", "$.6").execute(0).sync().bind("e", "$.7").execute(0).sync()),
                Dialogue.of("requests behind a Flush", send().parse("", "SELECT $1").describeStatement("").flush(), send().bind("", "$.1").execute(0).flush(),
                        send().sync()),
                Dialogue.of("named requests behind a Flush",
                        send().parse("a", "SELECT $1").describeStatement("a").flush(), send().bind("a", "$.1").execute(0).flush(),
                        send().parse("b", "SELECT $1").flush(), send().sync()),
                Dialogue.of("DISCARD ALL and DEALLOCATE ALL",
                        send().parse("a", "SELECT $1").sync(), send().query("DEALLOCATE ALL"),
                        send().parse("a", "SELECT $1").bind("a", "$.1").execute(0).sync(),
                        send().query("DISCARD ALL"), send().parse("a", "SELECT $1").sync()),
                Dialogue.of("a parameter that is set", send().query("SET application_name='mine'"), send().query("SHOW application_name"),
                        send().query("SET DateStyle='SQL, MDY'; SELECT '$.1'")));
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void repliesAreThoseOfTheServerWhereverRequestsAreCut(Dialogue dialogue) {
        byte[] expected = direct(dialogue);
        for (int cut = 0; cut < dialogue.length(); cut++) {
            LinkWorld talk = new LinkWorld(TRANSACTION, 1);
            talk.requestCut = cut;
            check(talk, dialogue, expected, "request cut at " + cut);
        }
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void repliesAreThoseOfTheServerWhereverTheyAreCut(Dialogue dialogue) {
        byte[] expected = direct(dialogue);
        for (int cut = 0; cut <= expected.length + 60; cut++) {
            LinkWorld talk = new LinkWorld(TRANSACTION, 1);
            talk.postgres.outputBudget(cut);
            check(talk, dialogue, expected, "reply cut at " + cut);
        }
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void repliesAreThoseOfTheServerByteByByte(Dialogue dialogue) {
        byte[] expected = direct(dialogue);
        LinkWorld requests = new LinkWorld(TRANSACTION, 1);
        requests.bytewiseRequests = true;
        check(requests, dialogue, expected, "requests byte by byte");
        LinkWorld replies = new LinkWorld(TRANSACTION, 1);
        replies.bytewiseReplies = true;
        replies.postgres.outputBudget(0);
        check(replies, dialogue, expected, "replies byte by byte");
        LinkWorld both = new LinkWorld(TRANSACTION, 1);
        both.bytewiseRequests = true;
        both.bytewiseReplies = true;
        both.postgres.outputBudget(0);
        check(both, dialogue, expected, "both byte by byte");
    }

    @Test
    void twoClientsWithOneServerEachGetTheirOwnReplies() {
        List<Dialogue> all = dialogues().toList();
        Map<Dialogue, List<byte[]>> expected = new LinkedHashMap<>();
        all.forEach(dialogue -> expected.put(dialogue, directSteps(dialogue)));
        for (int reactors = 1; reactors <= 2; reactors++) {
            for (Dialogue first : all) {
                for (Dialogue second : all) {
                    LinkWorld talk = new LinkWorld(TRANSACTION, reactors);
                    Side a = new Side(talk.login(0), own(first.steps(), "a"), own(expected.get(first), "a"));
                    Side b = new Side(talk.login(reactors - 1), own(second.steps(), "b"), own(expected.get(second), "b"));
                    boolean more = true;
                    while (more) {
                        more = a.goOn();
                        more |= b.goOn();
                        talk.network.runUntilIdle();
                    }
                    String what = first + " and " + second + " on " + reactors + " reactors";
                    assertSame(a.client.received(), a.replies.getLast(), what);
                    assertSame(b.client.received(), b.replies.getLast(), what);
                    assertThat(talk.postgres.opened()).as(what).isEqualTo(1);
                    talk.assertClean(what);
                }
            }
        }
    }

    /** A client that sends its next step when it has the replies to the one before. */
    private static final class Side {
        final ScriptedClient client;
        final List<byte[]> steps;
        final List<byte[]> replies;
        private int sent;

        Side(ScriptedClient client, List<byte[]> steps, List<byte[]> replies) {
            this.client = client;
            this.steps = steps;
            this.replies = replies;
        }

        boolean goOn() {
            if (sent == steps.size() || (sent > 0 && client.received().length < replies.get(sent - 1).length)) {
                return false;
            }
            client.send(steps.get(sent++));
            return true;
        }
    }

    private static List<byte[]> own(List<byte[]> steps, String client) {
        return steps.stream().map(step -> own(step, client)).toList();
    }

    /** Tokens are of the client {@code $}: one character for another. */
    private static byte[] own(byte[] bytes, String client) {
        byte[] own = bytes.clone();
        for (int i = 0; i + 1 < own.length; i++) {
            if (own[i] == '$' && own[i + 1] == '.') {
                own[i] = (byte) client.charAt(0);
            }
        }
        return own;
    }

    private static byte[] direct(Dialogue dialogue) {
        return directSteps(dialogue).getLast();
    }

    /** After each step, all that the client has got so far. */
    private static List<byte[]> directSteps(Dialogue dialogue) {
        List<byte[]> after = new ArrayList<>();
        SimulatedNetwork network = new SimulatedNetwork(1);
        SimulatedReactor reactor = network.addReactor();
        ScriptedPostgres postgres = new ScriptedPostgres(reactor, SimulatedPooler.POSTGRES);
        ScriptedClient client = new ScriptedClient(reactor, postgres.address());
        client.send(Requests.startup("user", "app", "database", "db", "application_name", "pgsluice"));
        network.runUntilIdle();
        client.takeReceived();
        for (byte[] step : dialogue.steps()) {
            client.send(step);
            network.runUntilIdle();
            after.add(client.received());
        }
        assertThat(postgres.complaints()).isEmpty();
        return after;
    }

    private static void check(LinkWorld world, Dialogue dialogue, byte[] expected, String what) {
        ScriptedClient client = world.login(0);
        for (byte[] step : dialogue.steps()) {
            world.step(client, step);
        }
        assertSame(client.received(), expected, dialogue + ", " + what);
        client.send(new Requests().terminate().toBytes());
        world.settle();
        assertThat(client.ended()).isTrue();
        world.assertClean(dialogue + ", " + what);
    }

    private static void assertSame(byte[] actual, byte[] expected, String what) {
        if (!Arrays.equals(actual, expected)) {
            assertThat(ScriptedClient.describe(actual)).as(what).isEqualTo(ScriptedClient.describe(expected));
            assertThat(actual).as(what).isEqualTo(expected);
        }
    }
}
