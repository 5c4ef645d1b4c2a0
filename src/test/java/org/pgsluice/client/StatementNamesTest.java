package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;

/** What names of prepared statements mean, as PostgreSQL has it, and that one client's do nothing to another's. One server, shared in transaction mode. */
class StatementNamesTest {
    private static final Config ONE_SERVER = config(100);

    private final LinkWorld world = new LinkWorld(ONE_SERVER, 1);

    private static Config config(int most) {
        return SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\nmax_prepared_statements = " + most + "\n");
    }

    private static Requests send() {
        return new Requests();
    }

    private static Requests use(Requests requests, String name) {
        return requests.bind(name, "x.1").execute(0);
    }

    private ScriptedClient login() {
        return world.login(0);
    }

    private String ask(ScriptedClient client, Requests requests) {
        return ask(world, client, requests);
    }

    private static String ask(LinkWorld world, ScriptedClient client, Requests requests) {
        client.takeReceived();
        world.step(client, requests.toBytes());
        return ScriptedClient.brief(client.takeReceived());
    }

    // ---------------------------------------------------------------- what a name means

    @Test
    void nameWhoseParseFailedIsFree() {
        ScriptedClient client = login();

        assertThat(ask(client, send().parse("s", "BROKEN").sync())).isEqualTo("E:42601 Z:I");
        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("E:26000 Z:I");
        assertThat(ask(client, use(send().parse("s", "SELECT $1"), "s").sync())).isEqualTo("1 2 D:x.1 C:SELECT 1 Z:I");
    }

    @Test
    void nameWhoseParseWasSkippedIsFree() {
        ScriptedClient client = login();

        assertThat(ask(client, send().parse("", "BROKEN").parse("s", "SELECT $1").sync())).isEqualTo("E:42601 Z:I");
        assertThat(ask(client, use(send().parse("s", "SELECT $1"), "s").sync())).isEqualTo("1 2 D:x.1 C:SELECT 1 Z:I");
        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT $1", "ROWS 2 $1"})
    void nameInUseCannotBeGivenAgainAndKeepsItsMeaning(String text) {
        ScriptedClient client = login();
        ask(client, send().parse("s", "SELECT $1").sync());

        assertThat(ask(client, send().parse("s", text).sync())).isEqualTo("E:42P05 Z:I");
        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
        assertThat(ask(client, use(send().parse("t", "SELECT $1").parse("t", text), "t").sync())).isEqualTo("1 E:42P05 Z:I");
        world.assertClean("in use");
    }

    @Test
    void unknownNameIsAnErrorInItsPlaceAndTheSessionGoesOn() {
        ScriptedClient client = login();
        Requests before = send().parse("", "SELECT $1").bind("", "x.2").execute(0);

        assertThat(ask(client, use(before, "nope").sync())).isEqualTo("1 2 D:x.2 C:SELECT 1 E:26000 Z:I");
        assertThat(ask(client, send().describeStatement("nope").sync())).isEqualTo("E:26000 Z:I");
        assertThat(ask(client, send().closeStatement("nope").sync())).isEqualTo("3 Z:I");
        assertThat(ask(client, send().query("SELECT 'x.3'"))).isEqualTo("T D:x.3 C:SELECT 1 Z:I");
        world.assertClean("unknown");
    }

    @Test
    void nameOfSixteenKilobytesIsAName() {
        ScriptedClient client = login();
        String name = "n".repeat(16 * 1024);
        ask(client, send().parse(name, "SELECT $1").sync());

        assertThat(ask(client, send().describeStatement(name).sync())).doesNotContain("E:");
        assertThat(ask(client, use(send(), name).sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
    }

    @Test
    void nameThatServersUseIsNobodys() {
        ScriptedClient a = login();
        ScriptedClient b = login();
        ask(a, use(send().parse("s", "SELECT $1"), "s").sync());

        assertThat(ask(b, use(send(), "PGBOUNCER_1").sync())).isEqualTo("E:26000 Z:I");
        assertThat(ask(b, send().closeStatement("PGBOUNCER_1").sync())).isEqualTo("3 Z:I");
        assertThat(ask(a, use(send(), "s").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
    }

    @Test
    void skippedCloseAndParseLeaveTheOldStatement() {
        ScriptedClient client = login();
        ask(client, send().parse("s", "SELECT $1").sync());

        Requests replace = send().parse("", "BROKEN").closeStatement("s").parse("s", "ROWS 2 $1");
        assertThat(ask(client, use(replace, "s").sync())).isEqualTo("E:42601 Z:I");
        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
        assertThat(ask(client, use(send().closeStatement("s").parse("s", "ROWS 0 $1"), "s").sync())).isEqualTo("3 1 2 C:SELECT 0 Z:I");
    }

    @Test
    void parseInAFailedTransactionIsRefused() {
        ScriptedClient client = login();
        ask(client, send().parse("k", "SELECT $1").sync());
        ask(client, send().query("BEGIN").query("ERROR 'x.1'"));

        assertThat(ask(client, send().parse("s", "SELECT $1").sync())).isEqualTo("E:25P02 Z:E");
        assertThat(ask(client, send().parse("r", "ROLLBACK").bind("r").execute(0).sync())).isEqualTo("1 2 C:ROLLBACK Z:I");
        assertThat(ask(client, use(send().parse("s", "SELECT $1"), "s").sync())).isEqualTo("1 2 D:x.1 C:SELECT 1 Z:I");
    }

    // ---------------------------------------------------------------- several segments, and what is pushed out

    @Test
    void secondSegmentIsDoneAlthoughTheFirstFailed() {
        ScriptedClient client = login();
        ask(client, send().parse("a", "SELECT $1").sync());
        ask(login(), send().query("DEALLOCATE ALL"));

        Requests both = use(use(send().parse("", "BROKEN"), "a").sync(), "a").sync();
        assertThat(ask(client, both)).isEqualTo("E:42601 Z:I 2 D:x.1 C:SELECT 1 Z:I");
        Requests names = send().parse("", "BROKEN").parse("b", "ROWS 1 $1").sync().parse("c", "ROWS 1 $1");
        assertThat(ask(client, use(names, "c").sync())).isEqualTo("E:42601 Z:I 1 2 D:x.1#1 C:SELECT 1 Z:I");
        assertThat(ask(client, use(send(), "b").sync())).isEqualTo("E:26000 Z:I");
        world.assertClean("segments");
    }

    @Test
    void whatStandsBehindTheSyncOfAFailedSegmentIsNotSkipped() {
        ScriptedClient client = login();
        ask(client, send().parse("f", "SELECT $1").sync());
        assertThat(ask(client, send().parse("", "BROKEN"))).isEqualTo("E:42601");

        assertThat(ask(client, use(send().closeStatement("f").sync(), "f").sync())).isEqualTo("Z:I 2 D:x.1 C:SELECT 1 Z:I");
    }

    @Test
    void whatAnErrorUndoesIsUndoneTheLastFirst() {
        LinkWorld small = new LinkWorld(config(2), 1);
        ScriptedClient client = small.login(0);
        for (int i = 1; i <= 2; i++) {
            ask(small, client, use(send().parse("s" + i, "ROWS " + i + " $1"), "s" + i).sync());
        }

        assertThat(ask(small, client, use(send().parse("bad", "BROKEN"), "s1").sync())).isEqualTo("E:42601 Z:I");

        for (String name : new String[] {"s1", "s2", "s1", "s2"}) {
            assertThat(ask(small, client, use(send(), name).sync())).as(name).startsWith("2 D:x.1#1 ").endsWith(" Z:I");
        }
        small.assertClean("undone");
    }

    // ---------------------------------------------------------------- forgetting

    @ParameterizedTest
    @ValueSource(strings = {"DEALLOCATE ALL", "DISCARD ALL"})
    void statementParsedBehindAForgetAllExistsAndNobodyElseNotices(String sql) {
        ScriptedClient other = login();
        ScriptedClient client = login();
        ask(other, use(send().parse("o", "SELECT $1"), "o").sync());
        ask(client, send().parse("old", "ROWS 1 $1").sync());

        assertThat(ask(client, use(send().query(sql).parse("s", "SELECT $1"), "s").sync())).isEqualTo("C:" + sql + " Z:I 1 2 D:x.1 C:SELECT 1 Z:I");
        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
        assertThat(ask(client, use(send(), "old").sync())).isEqualTo("E:26000 Z:I");
        assertThat(ask(other, use(send(), "o").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
        world.assertClean("forget all");
    }

    @Test
    void statementParsedBeforeAForgetAllIsGone() {
        ScriptedClient client = login();

        assertThat(ask(client, use(send().parse("s", "SELECT $1").query("DEALLOCATE ALL"), "s").sync())).isEqualTo("1 C:DEALLOCATE ALL Z:I E:26000 Z:I");
        assertThat(ask(client, use(send().parse("s", "SELECT $1"), "s").sync())).isEqualTo("1 2 D:x.1 C:SELECT 1 Z:I");
    }

    @Test
    void forgetAllThatIsSkippedForgetsNothing() {
        ScriptedClient client = login();
        ask(client, send().parse("s", "SELECT $1").sync());

        assertThat(ask(client, send().parse("", "BROKEN").parse("", "DEALLOCATE ALL").bind("").execute(0).sync())).isEqualTo("E:42601 Z:I");
        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
    }

    @Test
    void statementsThatAFunctionRemovedAreParsedAgainUnnoticed() {
        ScriptedClient a = login();
        ScriptedClient b = login();
        ask(a, use(send().parse("a", "SELECT $1"), "a").sync());
        ask(a, use(send().parse("a2", "ROWS 1 $1"), "a2").sync());

        assertThat(ask(b, send().query("FORGET"))).isEqualTo("C:DO Z:I");

        assertThat(ask(b, use(send().parse("b", "SELECT $1"), "b").sync())).isEqualTo("1 2 D:x.1 C:SELECT 1 Z:I");
        assertThat(ask(a, use(send(), "a").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
        assertThat(ask(a, use(send().describeStatement("a2"), "a2").sync())).isEqualTo("t T 2 D:x.1#1 C:SELECT 1 Z:I");
        world.assertClean("function");
    }

    @Test
    void statementsThatAFunctionRemovedInsideATransactionFailItOnce() {
        ScriptedClient a = login();
        ask(a, use(send().parse("a", "SELECT $1"), "a").sync());
        ask(login(), send().query("FORGET"));
        ask(a, send().query("BEGIN"));

        assertThat(ask(a, use(send(), "a").sync())).isEqualTo("E:26000 Z:E");
        ask(a, send().query("ROLLBACK"));
        assertThat(ask(a, use(send(), "a").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEALLOCATE s", "deallocate S;", "DEALLOCATE PREPARE \"s\"", "/* c */ DEALLOCATE s -- d"})
    void deallocateOfANameOfTheProtocolFreesIt(String sql) {
        ScriptedClient other = login();
        ScriptedClient client = login();
        ask(other, use(send().parse("o", "SELECT $1"), "o").sync());
        ask(client, send().parse("s", "SELECT $1").sync());

        assertThat(ask(client, use(send().query(sql), "s").sync())).isEqualTo("C:DEALLOCATE Z:I E:26000 Z:I");
        assertThat(ask(client, use(send().parse("s", "ROWS 0 $1"), "s").sync())).isEqualTo("1 2 C:SELECT 0 Z:I");
        assertThat(ask(client, send().parse("", sql).bind("").execute(0).sync())).isEqualTo("1 2 C:DEALLOCATE Z:I");
        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("E:26000 Z:I");
        assertThat(ask(other, use(send(), "o").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
        world.assertClean(sql);
    }

    @Test
    void deallocateOfANameWhoseParseWasSkippedIsAnErrorInTheSameWriteToo() {
        ScriptedClient client = login();
        ask(client, send().parse("s", "SELECT $1").sync());

        assertThat(ask(client, use(send(), "nobody").parse("t", "SELECT $1").sync().query("DEALLOCATE t"))).isEqualTo("E:26000 Z:I E:26000 Z:I");
        assertThat(ask(client, send().parse("t", "SELECT $1").sync().query("DEALLOCATE t"))).isEqualTo("1 Z:I C:DEALLOCATE Z:I");
    }

    @Test
    void deallocateOfTheOnlyNameWhoseCloseWasSkippedFreesIt() {
        ScriptedClient client = login();
        ask(client, send().parse("s", "SELECT $1").sync());

        assertThat(ask(client, use(send(), "nobody").closeStatement("s").sync().query("DEALLOCATE s"))).isEqualTo("E:26000 Z:I C:DEALLOCATE Z:I");
    }

    @Test
    void deallocateThatIsNotDoneKeepsTheName() {
        ScriptedClient client = login();
        ask(client, send().parse("s", "SELECT $1").parse("t", "SELECT $1").sync());

        assertThat(ask(client, send().query("DEALLOCATE s; ERROR 'x.2'; DEALLOCATE t"))).isEqualTo("C:DEALLOCATE E:P0001 Z:I");
        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("E:26000 Z:I");
        assertThat(ask(client, use(send(), "t").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
        assertThat(ask(login(), send().query("DEALLOCATE t"))).isEqualTo("E:26000 Z:I");
        assertThat(ask(client, use(send(), "t").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
    }

    // ---------------------------------------------------------------- the unnamed statement

    @Test
    void unnamedStatementIsItsClientsWhoeverCameBetween() {
        ScriptedClient a = login();
        ScriptedClient b = login();
        assertThat(ask(a, send().parse("", "SELECT $1").describeStatement("").sync())).isEqualTo("1 t T Z:I");
        ask(b, send().parse("", "ROWS 2 $1").sync());

        assertThat(ask(a, use(send(), "").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
        assertThat(ask(b, send().describeStatement("").sync())).isEqualTo("t T Z:I");
        assertThat(ask(a, send().describeStatement("").sync())).isEqualTo("t T Z:I");
        world.assertClean("unnamed");
    }

    @Test
    void unnamedStatementOfAnotherClientIsNobodys() {
        ScriptedClient a = login();
        ScriptedClient b = login();
        ask(b, send().parse("", "SELECT $1").sync());

        assertThat(ask(a, use(send(), "").sync())).isEqualTo("E:26000 Z:I");
        assertThat(ask(a, send().describeStatement("").sync())).isEqualTo("E:26000 Z:I");
        assertThat(ask(b, use(send(), "").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
    }

    @Test
    void unnamedStatementThatIsGoneStaysGone() {
        for (Requests end : new Requests[] {send().query("SELECT 'x.2'"), send().closeStatement("").sync(), send().parse("", "BROKEN").sync()}) {
            ScriptedClient a = login();
            ScriptedClient b = login();
            ask(a, send().parse("", "SELECT $1").sync());
            ask(a, end);
            ask(b, send().parse("", "SELECT $1").sync());

            assertThat(ask(a, use(send(), "").sync())).isEqualTo("E:26000 Z:I");
        }
    }

    @Test
    void skippedParseLeavesTheUnnamedStatement() {
        ScriptedClient a = login();
        ScriptedClient b = login();
        ask(a, send().parse("", "SELECT $1").sync());

        assertThat(ask(a, use(send(), "nope").parse("", "ROWS 2 $1").sync())).isEqualTo("E:26000 Z:I");
        ask(b, send().parse("", "ROWS 3 $1").sync());

        assertThat(ask(a, use(send(), "").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
    }

    /** Of several that are prepared in one segment the last that was not skipped is the client's. */
    @Test
    void ofSeveralUnnamedStatementsTheOneBeforeAnErrorIsKept() {
        ScriptedClient a = login();
        ScriptedClient b = login();
        String error = "E:26000 Z:I";
        assertThat(ask(a, use(send().parse("", "ROWS 2 $1").parse("", "SELECT $1"), "nope").parse("", "ROWS 3 $1").sync())).isEqualTo("1 1 " + error);
        ask(b, send().parse("", "ROWS 3 $1").sync());
        assertThat(ask(a, use(send(), "").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");

        ask(a, use(use(send().parse("", "SELECT $1"), "").parse("", "BROKEN"), "nope").parse("", "ROWS 3 $1").sync());
        ask(b, send().parse("", "ROWS 3 $1").sync());
        assertThat(ask(a, use(send(), "").sync())).as("a Parse that fails takes the one before away").isEqualTo("E:26000 Z:I");
        world.assertClean("several");
    }

    @Test
    void longUnnamedStatementIsCarriedToo() {
        ScriptedClient a = login();
        ScriptedClient b = login();
        ask(a, send().parse("", "SELECT $1 " + " ".repeat(200_000)).sync());
        ask(b, send().parse("", "ROWS 2 $1").sync());

        assertThat(ask(a, use(send(), "").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
        world.assertClean("long");
    }

    // ---------------------------------------------------------------- plans that have become stale

    @Test
    void newClientIsServedAfterATableHasChanged() {
        ScriptedClient a = login();
        ask(a, use(send().parse("s", "TABLE $1"), "s").sync());
        world.postgres.alterTable();

        ScriptedClient b = login();
        assertThat(ask(b, use(send().parse("s", "TABLE $1").describeStatement("s"), "s").sync())).isEqualTo("1 t T 2 D:x.1 C:SELECT 1 Z:I");
        world.postgres.alterTable();
        ScriptedClient c = login();
        assertThat(ask(c, use(send().parse("s", "TABLE $1"), "s").sync())).isEqualTo("1 2 D:x.1 C:SELECT 1 Z:I");
        world.assertClean("stale");
    }

    @Test
    void clientThatKnowsTheOldResultIsToldAndPreparesAgain() {
        ScriptedClient client = login();
        ask(client, use(send().parse("s", "TABLE $1"), "s").sync());
        world.postgres.alterTable();

        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("E:0A000 Z:I");
        assertThat(ask(client, send().closeStatement("s").sync())).isEqualTo("3 Z:I");
        assertThat(ask(client, use(send().parse("s", "TABLE $1"), "s").sync())).isEqualTo("1 2 D:x.1 C:SELECT 1 Z:I");
    }

    // ---------------------------------------------------------------- messages that are broken

    @Test
    void brokenMessageIsPostgresToRefuse() {
        ScriptedClient client = login();
        ask(client, send().parse("s", "SELECT $1").sync());
        Requests broken = send().parse("", "SELECT $1").bind("", "x.1").execute(0).raw('D', "S\0more").sync();

        assertThat(ask(client, broken)).isEqualTo("1 2 D:x.1 C:SELECT 1 E:08P01 Z:I");
        assertThat(ask(client, use(send(), "s").sync())).isEqualTo("2 D:x.1 C:SELECT 1 Z:I");
    }
}
