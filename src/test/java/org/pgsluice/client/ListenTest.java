package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** Clients that share servers and listen: as if each had a server of its own, with one server that listens for all of them. */
class ListenTest {
    static final String DONE = "C(LISTEN|) Z(I) ";

    private static Config config(int servers) {
        return SimulatedPooler.config(
                "pool_mode = transaction\nsession_state = carry\nmax_notification_backlog = 100000\ndefault_pool_size = " + servers + "\n");
    }

    private static byte[] query(String sql) {
        return new Requests().query(sql).toBytes();
    }

    static String got(ScriptedClient client) {
        return ScriptedClient.describe(client.takeReceived());
    }

    static String ask(LinkWorld world, ScriptedClient client, String sql) {
        world.step(client, query(sql));
        return got(client);
    }

    /** The payloads of the notifications in {@code described}. */
    static List<String> payloads(String described) {
        List<String> all = new ArrayList<>();
        for (String message : described.split(" ")) {
            if (message.startsWith("A(")) {
                String[] parts = message.split("\\|");
                all.add(parts[parts.length - 2]);
            }
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 1", "2, 2", "5, 2"})
    void clientHearsItsChannelsAndNobodyElseDoesWhoeverHasUsedTheServers(int servers, int reactors) {
        LinkWorld world = new LinkWorld(config(servers), reactors);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(reactors - 1);
        ScriptedClient stranger = world.login(reactors - 1);

        assertThat(ask(world, a, "LISTEN x")).isEqualTo(DONE);
        assertThat(ask(world, b, "LISTEN x; LISTEN y")).isEqualTo("C(LISTEN|) C(LISTEN|) Z(I) ");
        for (int i = 0; i < 5; i++) {
            assertThat(ask(world, stranger, "SELECT 's.1'")).isEqualTo("T(|token|) D(|s.1) C(SELECT 1|) Z(I) ");
            world.postgres.notify("x", "x" + i);
            world.postgres.notify("y", "y" + i);
            world.postgres.notify("z", "z" + i);
            world.settle();
        }

        assertThat(payloads(got(a))).containsExactly("x0", "x1", "x2", "x3", "x4");
        assertThat(payloads(got(b))).containsExactly("x0", "y0", "x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4");
        assertThat(got(stranger)).isEmpty();
        assertThat(world.postgres.listeners("x")).isEqualTo(1);
        assertThat(world.postgres.mostOpen()).isLessThanOrEqualTo(servers + 1);
        world.assertClean("at the end");
    }

    @Test
    void whatIsRolledBackChangesNothing() {
        LinkWorld world = new LinkWorld(config(2), 1);
        ScriptedClient a = world.login(0);

        ask(world, a, "BEGIN");
        ask(world, a, "LISTEN x");
        ask(world, a, "ROLLBACK");
        assertThat(ask(world, a, "LISTEN x; ERROR 'a.1'")).startsWith("C(LISTEN|) E(");
        world.postgres.notify("x", "rolled-back");
        world.settle();
        assertThat(got(a)).isEmpty();

        assertThat(ask(world, a, "LISTEN x")).isEqualTo(DONE);
        ask(world, a, "BEGIN");
        ask(world, a, "UNLISTEN x");
        ask(world, a, "ROLLBACK");
        world.postgres.notify("x", "stays");
        world.settle();
        assertThat(payloads(got(a))).containsExactly("stays");
        world.assertClean("at the end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNLISTEN x", "UNLISTEN *", "DISCARD ALL", "BEGIN; UNLISTEN x; COMMIT"})
    void unlistenEndsIt(String sql) {
        LinkWorld world = new LinkWorld(config(2), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, "LISTEN x");
        ask(world, b, "LISTEN x");

        assertThat(ask(world, a, sql)).endsWith("Z(I) ");
        world.postgres.notify("x", "later");
        world.settle();

        assertThat(got(a)).isEmpty();
        assertThat(payloads(got(b))).containsExactly("later");
        world.assertClean("at the end");
    }

    @Test
    void ownNotificationComesOnceAndBeforeTheTransactionIsOver() {
        LinkWorld world = new LinkWorld(config(2), 2);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(1);
        ask(world, a, "LISTEN x");
        ask(world, b, "LISTEN x");

        assertThat(ask(world, a, "NOTIFY x, 'one'")).matches("C\\(NOTIFY\\|\\) A\\(.*x\\|one\\|\\) Z\\(I\\) ");
        assertThat(payloads(got(b))).containsExactly("one");
        ask(world, b, "BEGIN");
        ask(world, b, "NOTIFY x, 'two'");
        assertThat(ask(world, b, "COMMIT")).matches("C\\(COMMIT\\|\\) A\\(.*x\\|two\\|\\) Z\\(I\\) ");
        assertThat(payloads(got(a))).containsExactly("two");
        world.assertClean("at the end");
    }

    @Test
    void clientInATransactionHearsAtItsEnd() {
        LinkWorld world = new LinkWorld(config(2), 1);
        ScriptedClient a = world.login(0);
        ask(world, a, "LISTEN x");
        ask(world, a, "BEGIN");
        world.postgres.notify("x", "meanwhile");
        world.settle();

        assertThat(got(a)).isEmpty();
        assertThat(ask(world, a, "SELECT 'a.1'")).doesNotContain("meanwhile");
        assertThat(ask(world, a, "COMMIT")).matches("C\\(COMMIT\\|\\) A\\(.*meanwhile\\|\\) Z\\(I\\) ");
        world.assertClean("at the end");
    }

    /** Whatever is notified at which moment of the second client's LISTEN: nothing twice, nothing out of order, and all of it from the end of LISTEN on. */
    @ParameterizedTest
    @CsvSource({"1, x", "2, x", "1, y", "2, y"})
    void nothingIsLostOrDoubledWhileAClientBeginsToListen(int reactors, String others) {
        for (int moment = 0; moment < 80; moment++) {
            LinkWorld world = new LinkWorld(config(3), reactors);
            ScriptedClient first = world.login(0);
            ScriptedClient second = world.login(reactors - 1);
            ask(world, first, "LISTEN " + others);
            second.send(query("BEGIN; LISTEN x; COMMIT"));

            List<String> sent = new ArrayList<>();
            boolean[] done = new boolean[1];
            int[] sentBefore = {-1};
            int[] events = {moment};
            world.network.afterEvent(() -> {
                if (!done[0] && ScriptedClient.describe(second.received()).contains("Z(I) ")) {
                    done[0] = true;
                    sentBefore[0] = sent.size();
                }
                if (events[0]-- % 3 == 0 && events[0] < 0 && sent.size() < 40) {
                    String payload = "n" + sent.size();
                    sent.add(payload);
                    world.postgres.notify("x", payload);
                }
            });
            world.settle();
            world.network.afterEvent(() -> {});
            world.postgres.notify("x", "last");
            world.settle();
            sent.add("last");

            String what = "moment " + moment + " on " + reactors + " reactors";
            List<String> heard = payloads(got(second));
            // All from some point on: the one at which the server has committed LISTEN.
            assertThat(heard).as(what).isEqualTo(sent.subList(sent.size() - heard.size(), sent.size()));
            assertThat(heard.size()).as(what).isGreaterThanOrEqualTo(sent.size() - sentBefore[0]);
            world.assertClean(what);
        }
    }

    @Test
    void repliesThatComeInPiecesChangeNothing() {
        for (int cut = 0; cut < 700; cut += 7) {
            LinkWorld world = new LinkWorld(config(2), 2);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(1);
            world.postgres.outputBudget(cut);

            String what = "cut at " + cut;
            assertThat(ask(world, a, "LISTEN x")).as(what).isEqualTo(DONE);
            world.postgres.outputBudget(cut);
            assertThat(ask(world, b, "LISTEN x")).as(what).isEqualTo(DONE);
            world.postgres.outputBudget(cut);
            assertThat(payloads(ask(world, b, "NOTIFY x, 'own'"))).as(what).containsExactly("own");
            assertThat(payloads(got(a))).as(what).containsExactly("own");
            world.assertClean(what);
        }
    }

    @Test
    void clientsAreToldWhenTheListeningServerIsLostAndMayListenAgain() {
        LinkWorld world = new LinkWorld(config(2), 2);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(1);
        ScriptedClient stranger = world.login(1);
        ask(world, a, "LISTEN x");
        ask(world, b, "LISTEN y");
        ask(world, b, "BEGIN");

        world.postgres.terminateListeners("x");
        world.settle();

        assertThat(got(a)).startsWith("E(SFATAL|C57P01|Mterminating connection because notifications may be lost: ");
        assertThat(got(b)).startsWith("E(SFATAL|C57P01|");
        assertThat(a.ended()).isTrue();
        assertThat(b.ended()).isTrue();
        assertThat(ask(world, stranger, "LISTEN x")).isEqualTo(DONE);
        world.postgres.notify("x", "again");
        world.settle();
        assertThat(payloads(got(stranger))).containsExactly("again");
        assertThat(world.postgres.complaints()).isEmpty();
    }

    @Test
    void clientThatDoesNotReadIsEndedAndOthersGoOn() {
        LinkWorld world = new LinkWorld(config(2), 1);
        ScriptedClient slow = world.login(0);
        ScriptedClient busy = world.login(0);
        ScriptedClient good = world.login(0);
        for (ScriptedClient client : List.of(slow, busy, good)) {
            ask(world, client, "LISTEN x");
        }
        ask(world, busy, "BEGIN");
        slow.reading(false);
        String payload = "x".repeat(7_000);

        for (int i = 0; i < 200; i++) {
            world.postgres.notify("x", payload + i);
            world.settle();
        }
        assertThat(got(busy)).startsWith("E(SFATAL|C54000|");
        assertThat(payloads(got(good))).hasSize(200);
        slow.reading(true);
        world.settle();
        String last = got(slow);

        assertThat(last).contains("E(SFATAL|C54000|");
        List<String> heard = payloads(last);
        assertThat(heard).hasSizeLessThan(200);
        for (int i = 0; i < heard.size(); i++) {
            assertThat(heard.get(i).equals(payload + i)).as("number %d in its place", i).isTrue();
        }
        assertThat(slow.ended()).isTrue();
    }

    @Test
    void serverThatNobodyListensWithAnyMoreIsClosedAfterAWhile() {
        LinkWorld world = new LinkWorld(config(2), 1);
        ScriptedClient a = world.login(0);
        ScriptedClient b = world.login(0);
        ask(world, a, "LISTEN x");
        a.send(new byte[] {'X', 0, 0, 0, 4});
        world.settle();
        world.network.advance(3_000_000_000L);
        assertThat(ask(world, b, "LISTEN y")).isEqualTo(DONE);
        assertThat(world.postgres.listeners("y")).isEqualTo(1);
        assertThat(world.postgres.listeners("x")).isZero();
        world.network.advance(10_000_000_000L);
        assertThat(world.postgres.listeners("y")).isEqualTo(1);

        ask(world, b, "UNLISTEN *");
        world.network.advance(10_000_000_000L);

        assertThat(world.postgres.listeners("y")).isZero();
        assertThat(world.postgres.backends()).hasSize(1);
        assertThat(ask(world, b, "LISTEN y")).isEqualTo(DONE);
        world.assertClean("at the end");
    }

    @Test
    void manyBeginToListenAtTheSameTimeWithFewServers() {
        LinkWorld world = new LinkWorld(config(3), 2);
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            clients.add(world.login(i % 2));
        }
        clients.forEach(client -> client.send(query("LISTEN x")));
        world.settle();
        world.postgres.notify("x", "all");
        world.settle();

        for (ScriptedClient client : clients) {
            assertThat(got(client)).matches("C\\(LISTEN\\|\\) Z\\(I\\) A\\(.*all\\|\\) ");
        }
        assertThat(world.postgres.mostOpen()).isLessThanOrEqualTo(3 + 1);
        assertThat(world.postgres.listeners("x")).isEqualTo(1);
        world.assertClean("at the end");
    }

    @Test
    void clientThatLeavesInTheMiddleLeavesNothingBehind() {
        for (int moment = 0; moment < 50; moment++) {
            LinkWorld world = new LinkWorld(config(2), 2);
            ScriptedClient a = world.login(0);
            ScriptedClient b = world.login(1);
            a.send(query("LISTEN x"));
            int[] left = {moment};
            world.network.afterEvent(() -> {
                if (left[0]-- == 0) {
                    a.close();
                }
            });
            world.settle();
            world.network.afterEvent(() -> {});
            if (left[0] >= 0) {
                a.close();
            }

            String what = "left at " + moment;
            assertThat(ask(world, b, "LISTEN y")).as(what).isEqualTo(DONE);
            world.postgres.notify("x", "stranger");
            world.postgres.notify("y", "mine");
            world.settle();
            assertThat(payloads(got(b))).as(what).containsExactly("mine");
            world.network.advance(20_000_000_000L);
            assertThat(world.postgres.listeners("x")).as(what).isZero();
            assertThat(world.postgres.complaints()).as(what).isEmpty();
            assertThat(world.pooler.buffersTaken()).as(what).isZero();
        }
    }
}
