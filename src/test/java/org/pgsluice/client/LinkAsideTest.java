package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedBackend;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.ScriptedMood;
import org.pgsluice.simulation.SimulatedNetwork;

/** What comes in between: notifications, the end of the server, clients that leave in the middle, clients with different parameters. */
class LinkAsideTest {
    private static final Config ONE_SERVER = SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nmax_prepared_statements = 10\n");
    private static final String ANSWER_OF_B = "T(|token|) D(|b.1) C(SELECT 1|) Z(I) ";

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    private static String got(ScriptedClient client) {
        return ScriptedClient.describe(client.received());
    }

    @Test
    void notificationBehindTheRepliesIsNotCutInTwoForTwoClients() {
        for (int cut = 0; cut < 200; cut++) {
            LinkWorld world = new LinkWorld(SimulatedPooler.config("session_state = reported\npool_mode = transaction\ndefault_pool_size = 1\n"), 1);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.step(a, query("LISTEN x"));
            a.takeReceived();
            world.postgres.outputBudget(0);
            a.send(query("SELECT 'a.1'"));
            world.network.runUntilIdle();
            b.send(query("SELECT 'b.1'"));
            world.network.runUntilIdle();
            world.postgres.notifyAll("a payload that is longer than the answer to the query itself");

            world.postgres.outputBudget(cut);
            world.network.runUntilIdle();
            world.settle();

            String what = "cut at " + cut;
            assertThat(got(a)).as(what).startsWith("T(|token|) D(|a.1) C(SELECT 1|) Z(I) ").doesNotContain("cut").doesNotContain("+");
            assertThat(got(b)).as(what).endsWith(ANSWER_OF_B).doesNotContain("cut");
            world.assertClean(what);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEGIN", "WAIT 1000 'a.1'", "COPY IN 'a.1'", "SELECT 'a.1'; DIE 'a.2'"})
    void serverThatSaysItsEndHasTheLastWord(String sql) {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient client = world.login(0);
        client.send(query(sql));
        world.network.advance(50_000_000L);

        world.postgres.terminateAll();
        world.settle();

        assertThat(got(client)).containsOnlyOnce("SFATAL").contains("C57P01");
        assertThat(client.ended()).isTrue();
        assertThat(world.pooler.buffersTaken()).isZero();
    }

    @Test
    void notificationGoesToNobodyWhoDidNotListen() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        world.step(a, query("BEGIN"));
        world.step(a, query("LISTEN x"));
        a.takeReceived();
        a.send(query("NOTIFY x, 'for the listener'; COMMIT"));
        world.settle();
        assertThat(ScriptedClient.describe(a.takeReceived())).contains("for the listener");
        world.step(b, query("BEGIN"));
        b.takeReceived();

        world.postgres.notifyAll("not for a stranger");
        world.settle();
        world.step(b, query("SELECT 'b.1'"));

        assertThat(ScriptedClient.describe(b.takeReceived())).isEqualTo("T(|token|) D(|b.1) C(SELECT 1|) Z(T) ");
        world.assertClean("stranger");
    }

    @Test
    void serverWithHalfAMessageMovesToAnotherReactor() {
        for (int cut = 1; cut < 40; cut++) {
            LinkWorld world = new LinkWorld(ONE_SERVER, 2);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(1);
            world.step(a, query("LISTEN x"));
            world.postgres.outputBudget(cut);
            world.postgres.notifyAll("a payload of some length");
            world.network.runUntilIdle();

            b.send(query("SELECT 'b.1'"));
            world.network.runUntilIdle();
            world.settle();

            String what = "cut at " + cut;
            assertThat(got(b)).as(what).endsWith(ANSWER_OF_B).doesNotContain("cut");
            world.assertClean(what);
        }
    }

    @Test
    void serverThatWasResetMovesWithHalfAMessage() {
        Config resets = SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nserver_reset_query_always = 1\n");
        for (int cut = 1; cut < 90; cut++) {
            LinkWorld world = new LinkWorld(resets, 2);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(1);
            world.step(a, query("LISTEN x"));
            a.takeReceived();
            world.step(a, query("SELECT 'a.1'"));
            world.postgres.outputBudget(a.takeReceived().length);
            a.send(query("SELECT 'a.2'"));
            world.network.runUntilIdle();
            b.send(query("SELECT 'b.1'"));
            world.network.runUntilIdle();
            world.postgres.notifyAll("a payload of some length");

            world.postgres.outputBudget(cut);
            world.network.runUntilIdle();
            world.settle();

            String what = "cut at " + cut;
            assertThat(got(b)).as(what).endsWith(ANSWER_OF_B).doesNotContain("cut");
            world.assertClean(what);
        }
    }

    @Test
    void reportBehindTheEndOfALoginIsTaken() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        world.postgres.mood(new ScriptedMood() {
            @Override
            public void welcomed(ScriptedBackend backend) {
                backend.parameterUnasked("TimeZone", "Zone/1");
            }
        });
        ScriptedClient a = world.login(0);

        world.step(a, query("SELECT 'a.1'"));

        assertThat(got(a)).endsWith("T(|token|) D(|a.1) C(SELECT 1|) Z(I) ");
        world.assertClean("a report behind the login");
    }

    @Test
    void parameterThatChangesUnderTheSetIsSetAgain() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient a = world.login(0, "application_name", "a");
        world.step(a, query("SELECT 'a.1'"));
        ScriptedClient b = world.login(0, "application_name", "b");
        world.postgres.outputBudget(0);
        world.outside.perform(() -> world.postgres.backends().getFirst().parameterUnasked("TimeZone", "Zone/1"));
        b.send(query("SHOW TimeZone"));
        world.network.runUntilIdle();

        world.settle();

        assertThat(got(b)).isEqualTo("T(|token|) D(|Etc/UTC) C(SELECT 1|) Z(I) ");
        world.assertClean("a change under the SET");
    }

    @Test
    void serverThatSpeaksWhileItIsHandedToAnotherReactorIsNotLost() {
        for (int micros = 0; micros < 200; micros++) {
            LinkWorld world = new LinkWorld(ONE_SERVER, 2);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(1);
            world.postgres.outputBudget(0);
            a.send(query("SELECT 'a.1'"));
            world.network.runUntilIdle();
            b.send(query("SELECT 'b.1'"));
            world.network.runUntilIdle();
            world.postgres.outputBudget(Long.MAX_VALUE);
            world.network.advance(micros * 1_000L);
            world.outside.perform(() -> world.postgres.backends().getFirst().sayUnasked("by the way"));
            world.settle();

            assertThat(got(b)).as("a notice " + micros + " microseconds later").contains(ANSWER_OF_B);
        }
    }

    @Test
    void serverThatDiesAtAnyByteLeavesTheNextClientAlone() {
        for (int cut = 0; cut < 120; cut++) {
            LinkWorld world = new LinkWorld(ONE_SERVER, 1);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(0);
            world.postgres.outputBudget(0);
            a.send(query("SELECT 'a.1'"));
            world.network.runUntilIdle();
            b.send(query("SELECT 'b.1'"));
            world.network.runUntilIdle();

            world.postgres.outputBudget(cut);
            world.network.runUntilIdle();
            world.postgres.terminateAll();
            world.postgres.outputBudget(Long.MAX_VALUE);
            world.network.runUntilIdle();
            if (world.pooler.sessions.size() == 2) {
                world.network.advance(1_000_000_000L);
                world.network.runUntilIdle();
            }

            String what = "cut at " + cut;
            // All of it, or its beginning; where that ends with a message an error may follow, and never inside one.
            assertThat(got(b)).as(what).matches("(T\\(\\|token\\|\\) )?(D\\(\\|b.1\\) )?(C\\(SELECT 1\\|\\) )?(Z\\(I\\) )?"
                    + "(([TDCZ]\\(cut\\)|\\+\\d)|(E\\(SFATAL[^()]*\\) )*)");
            assertThat(world.postgres.complaints()).as(what).isEmpty();
            assertThat(world.pooler.buffersTaken()).as(what).isZero();
        }
    }

    /** As the JDBC driver does when it hears of the error while it still sends data. */
    @Test
    void clientThatDoesNotEndItsFailedCopyLeavesTheServerToOthers() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        world.step(a, query("COPY IN 'a.1'"));
        world.step(a, new Requests().copyData("BAD ROW").toBytes());
        assertThat(got(a)).endsWith("Z(I) ");

        world.step(b, query("SELECT 'b.1'"));

        assertThat(got(b)).isEqualTo(ANSWER_OF_B);
        world.step(a, new Requests().copyData("late").copyDone().query("SELECT 'a.2'").toBytes());
        assertThat(got(a)).endsWith("D(|a.2) C(SELECT 1|) Z(I) ");
        world.assertClean("at the end");
    }

    /** The server was given to a client of the other reactor, which has not heard of it yet. */
    @Test
    void serverThatDiesOnItsWayToTheNextClientLeavesNobodyWaitingForEver() {
        for (int seed = 0; seed < 300; seed++) {
            LinkWorld world = new LinkWorld(ONE_SERVER, 2, new SimulatedNetwork(seed));
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(1);
            world.postgres.outputBudget(0);
            a.send(query("SELECT 'a.1'"));
            world.network.runUntilIdle();
            b.send(query("SELECT 'b.1'"));
            world.network.runUntilIdle();

            world.postgres.outputBudget(Long.MAX_VALUE);
            world.network.advance(seed * 1_000L);
            world.postgres.terminateAll();
            world.network.advance(2_000_000_000L);
            world.network.runUntilIdle();

            assertThat(got(b)).as("seed %d", seed).isNotEmpty();
            assertThat(world.postgres.complaints()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void clientThatLeavesAtAnyByteLeavesNothingBehind() {
        byte[] requests = new Requests()
                .parse("s", "SELECT $1").bind("s", "a.1").execute(0).flush().query("BEGIN").query("SELECT 'a.2'").query("COPY IN 'a.3'").copyData("'a.4'")
                .copyDone().query("COMMIT")
                .toBytes();
        for (int cut = 1; cut <= requests.length; cut++) {
            for (boolean atOnce : new boolean[] {true, false}) {
                LinkWorld world = new LinkWorld(ONE_SERVER, 1);
                ScriptedClient a = world.login(0);
                ScriptedClient b = world.login(0);
                a.send(Arrays.copyOf(requests, cut));
                if (!atOnce) {
                    world.network.runUntilIdle();
                }
                a.close();
                b.send(query("SELECT 'b.1'"));
                world.network.runUntilIdle();

                String what = "left after " + cut + " bytes";
                assertThat(got(b)).as(what).isEqualTo(ANSWER_OF_B);
                assertThat(world.postgres.complaints()).as(what).isEmpty();
                assertThat(world.pooler.buffersTaken()).as(what).isZero();
                assertThat(world.postgres.backends()).as(what).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void eachClientFindsItsOwnParameters(int reactors) {
        LinkWorld world = new LinkWorld(ONE_SERVER, reactors);
        ScriptedClient a = world.login(0, "application_name", "it's a\\b", "datestyle", "SQL, MDY");
        ScriptedClient b = world.login(reactors - 1, "application_name", "b");

        for (int i = 0; i < 3; i++) {
            a.takeReceived();
            b.takeReceived();
            a.send(query("SHOW application_name; SHOW DateStyle"));
            b.send(new Requests().parse("", "SHOW application_name").bind("").execute(0).query("SHOW DateStyle").sync().toBytes());
            world.network.runUntilIdle();

            assertThat(got(a)).isEqualTo("T(|token|) D(|it's a\\b) C(SELECT 1|) T(|token|) D(|SQL, MDY) C(SELECT 1|) Z(I) ");
            assertThat(got(b)).isEqualTo("1 2 D(|b) C(SELECT 1|) T(|token|) D(|ISO, MDY) C(SELECT 1|) Z(I) Z(I) ");
        }
        world.assertClean("parameters");
    }

    @Test
    void whatAClientLeftUnsentIsNotSentForTheNextOne() {
        LinkWorld world = new LinkWorld(ONE_SERVER, 1);
        ScriptedClient a = world.login(0, "application_name", "a");
        ScriptedClient b = world.login(0, "application_name", "b");
        world.step(a, query("SELECT 'a.1'"));

        a.send(new byte[] {'H', 0, 0, 0, 4, 'Q', 0, 0, 0, 0});
        world.network.runUntilIdle();
        b.send(query("SELECT 'b.1'"));
        world.settle();

        assertThat(got(b)).isEqualTo(ANSWER_OF_B);
        assertThat(world.postgres.complaints()).isEmpty();
        assertThat(world.postgres.opened()).isEqualTo(1);
    }

    @Test
    void clientThatReadsNothingHoldsUpOnlyItself() {
        LinkWorld world = new LinkWorld(SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 2\n"), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        a.reading(false);

        a.send(query("ROWS 30000 'a.1'"));
        b.send(query("SELECT 'b.1'"));
        world.network.runUntilIdle();

        assertThat(got(b)).isEqualTo(ANSWER_OF_B);
        assertThat(got(a)).isEmpty();
        assertThat(world.pooler.buffersTaken()).isLessThan(20);
        a.reading(true);
        world.network.runUntilIdle();
        assertThat(got(a)).startsWith("T(|token|) D(|a.1#1) D(|a.1#2) ").endsWith("D(|a.1#30000) C(SELECT 30000|) Z(I) ");
        world.assertClean("slow reader");
    }
}
