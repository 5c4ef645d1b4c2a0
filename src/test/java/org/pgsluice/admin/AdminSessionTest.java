package org.pgsluice.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pgsluice.admin.ConsoleDialogue.body;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.admin.view.FdRow;
import org.pgsluice.admin.view.MemRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.wire.FrontendTag;

class AdminSessionTest {
    private final ConsoleDialogue admin = new ConsoleDialogue(Rights.ADMIN);
    private final ConsoleDialogue stats = new ConsoleDialogue(Rights.STATS);

    @Test
    void showAnswersColumnsRowsTagAndReady() {
        assertThat(admin.query("SHOW VERSION;"))
                .containsExactly("columns [version 25 -1 -1 0]", "row [PgBouncer 1.26.1]", "complete SHOW", "ready I");
        assertThat(admin.console.events).containsExactly("command SHOW VERSION;");
        assertThat(admin.pooler.calls).isEmpty();
        assertThat(admin.session.busy()).isFalse();
    }

    @Test
    void commandsAnswerAsPgBouncerDoes() {
        for (List<String> row : TestTable.read("answers.tsv")) {
            List<String> replies = admin.query(row.get(0));

            String expected = row.size() == 2 ? "complete " + row.get(1) : "ERROR " + row.get(1) + " " + row.get(2);
            assertThat(replies).as(row.get(0)).contains(expected).endsWith("ready I");
            assertThat(admin.console.events.contains("error " + row.get(row.size() - 1))).as(row.get(0)).isEqualTo(row.size() == 3);
            admin.console.events.clear();
        }
    }

    @Test
    void operationsReachThePoolerAndAreReported() {
        for (String query : List.of("RELOAD", "PAUSE", "PAUSE app", "KILL", "DISABLE app", "enable \"app\"", "RECONNECT", "WAIT_CLOSE app", "SUSPEND")) {
            admin.query(query);
        }

        assertThat(admin.pooler.calls)
                .containsExactly(
                        "reload", "pause null", "pause app", "kill null", "disable app", "enable app", "reconnect null", "wait_close app", "suspend");
        assertThat(admin.console.events)
                .filteredOn(event -> event.startsWith("issued"))
                .containsExactly(
                        "issued RELOAD command issued",
                        "issued PAUSE command issued",
                        "issued PAUSE 'app' command issued",
                        "issued KILL command issued",
                        "issued DISABLE 'app' command issued",
                        "issued ENABLE 'app' command issued",
                        "issued RECONNECT command issued",
                        "issued WAIT_CLOSE 'app' command issued",
                        "issued SUSPEND command issued");
    }

    @Test
    void tagIsTheCommandsWord() {
        assertThat(admin.query("pause app")).containsExactly("complete PAUSE", "ready I");
        assertThat(admin.query("kill_client 7")).containsExactly("complete KILL_CLIENT", "ready I");
        assertThat(admin.query("set client_tls_sslmode='require'"))
                .containsExactly(
                        "NOTICE 00000 TLS settings could not be applied, still using old configuration",
                        "complete SET client_tls_sslmode=require",
                        "ready I");
        assertThat(admin.query("SHUTDOWN WAIT_FOR_CLIENTS")).containsExactly("complete SHUTDOWN", "ready I");
        assertThat(admin.console.events).contains("issued SHUTDOWN WAIT_FOR_CLIENTS command issued");
    }

    @Test
    void failedReloadHasItsOwnSqlState() {
        admin.pooler.reloadOutcome = Refusals.RELOAD_FAILED;

        assertThat(admin.query("RELOAD")).containsExactly("ERROR F0000 RELOAD failed, see logs for additional details", "ready I");
    }

    @Test
    void clientIdIsReadAsALeadingNumber() {
        admin.query("KILL_CLIENT 7abc");
        admin.query("KILL_CLIENT 99999999999999999999999");
        admin.query("KILL_CLIENT");

        assertThat(admin.pooler.calls).containsExactly("kill_client 7", "kill_client " + Long.MAX_VALUE);
        assertThat(admin.console.replies).isEmpty();
        assertThat(admin.console.events).contains("error invalid client pointer supplied");
    }

    @Test
    void shutdownAtOnceIsNeverAnswered() {
        assertThat(admin.query("SHUTDOWN")).isEmpty();
        assertThat(admin.session.busy()).isTrue();
        assertThat(admin.console.events).contains("issued SHUTDOWN command issued");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PAUSE", "KILL app", "SET verbose=1", "RELOAD", "SHUTDOWN", "DISABLE", "KILL_CLIENT 7", "SHOW FDS", "SUSPEND", "RECONNECT"})
    void statsUserMayNotAct(String query) {
        assertThat(stats.query(query)).containsExactly("ERROR 08P01 admin access needed", "ready I");
        assertThat(stats.pooler.calls).isEmpty();
    }

    @Test
    void statsUserMaySeeAndMaySetWhatIsIgnored() {
        assertThat(stats.query("SHOW POOLS")).endsWith("complete SHOW", "ready I");
        assertThat(stats.query("SET timezone='x'")).containsExactly("NOTICE 00000 SET ignored", "complete SET", "ready I");
        assertThat(stats.query("SHUTDOWN bogus")).containsExactly("ERROR 08P01 invalid command 'SHUTDOWN bogus', use SHOW HELP;", "ready I");
    }

    @Test
    void helpIsANotice() {
        List<String> replies = admin.query("SHOW HELP");

        assertThat(replies).hasSize(3).endsWith("complete SHOW", "ready I");
        assertThat(replies.get(0)).startsWith("NOTICE 00000 Console usage\n\tSHOW HELP").contains("\n\tKILL_CLIENT <");
    }

    @Test
    void waitingCommandIsBusyUntilItsAnswer() {
        admin.pooler.holding = true;

        assertThat(admin.query("PAUSE")).isEmpty();
        assertThat(admin.session.busy()).isTrue();
        admin.pooler.answerOne();

        assertThat(admin.console.takeReplies()).containsExactly("complete PAUSE", "ready I");
        assertThat(admin.session.busy()).isFalse();
        assertThat(admin.console.events).endsWith("ready");
    }

    @Test
    void cancelEndsAWaitingCommandAndResumes() {
        admin.pooler.holding = true;
        admin.query("PAUSE");

        admin.session.cancel();

        assertThat(admin.pooler.calls).containsExactly("pause null", "cancel");
        assertThat(admin.console.takeReplies()).containsExactly("ERROR 57014 canceling statement due to user request", "ready I");
        admin.pooler.holding = false;
        assertThat(admin.query("SHOW VERSION")).endsWith("ready I");
    }

    @Test
    void cancelOfAnIdleConsoleOrOfAShowDoesNothing() {
        admin.session.cancel();
        admin.pooler.holding = true;
        admin.query("SHOW POOLS");
        admin.session.cancel();

        assertThat(admin.pooler.calls).containsExactly("collect [POOLS]");
        assertThat(admin.session.busy()).isTrue();
    }

    @Test
    void answerAfterTheEndGoesNowhere() {
        admin.pooler.holding = true;
        admin.query("PAUSE");

        admin.session.close();
        admin.pooler.answerOne();

        assertThat(admin.console.takeReplies()).isEmpty();
        assertThat(admin.console.events).doesNotContain("ready");
    }

    @Test
    void terminateIsQuiet() {
        assertThat(admin.send(FrontendTag.TERMINATE, body())).isEmpty();
        assertThat(admin.console.events).containsExactly("terminate");
    }

    @Test
    void otherMessagesEndTheSession() {
        assertThat(admin.send(FrontendTag.COPY_DATA, body()))
                .containsExactly("ERROR 08P01 unsupported packet type for admin console: 100", "ready I");
        assertThat(admin.console.events).endsWith("violation bad packet");
    }

    @Test
    void queryWithoutItsEndIsAViolation() {
        assertThat(admin.send(FrontendTag.QUERY, body().bytes("SHOW VERSION".getBytes(UTF_8)))).isEmpty();
        assertThat(admin.console.events).containsExactly("violation incomplete query");
    }

    @Test
    void descriptorsGoWithTheRowsOfFds() {
        FdRow row = new FdRow(9, "client", "u", "d", "unix", 0, -1, 0, null, null, null, null, "secret", new byte[] {1, (byte) 0xab}, null, null);
        admin.pooler.snapshot = Snapshot.EMPTY.with(Part.FDS, List.of(row));

        List<String> replies = admin.query("SHOW FDS");

        assertThat(admin.console.events).contains("descriptor 9");
        assertThat(replies.get(1))
                .isEqualTo("row [9, client, u, d, unix, 0, 18446744073709551615, 0, null, null, null, null, secret, \\x01ab, null]");
        assertThat(replies).endsWith("complete SHOW", "ready I");
        assertThat(row.toString()).doesNotContain("secret");
    }

    @Test
    void manyRowsAreWrittenInSeveralTurns() {
        List<MemRow> rows = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            rows.add(new MemRow("item_" + i, i, 1, 2, 1L << 40));
        }
        admin.pooler.snapshot = Snapshot.EMPTY.with(Part.MEM, rows);

        List<String> replies = new ArrayList<>(admin.query("SHOW MEM"));
        assertThat(replies.size()).as("sent in the first turn, while others of the reactor wait").isLessThan(500);
        assertThat(admin.session.busy()).isTrue();

        assertThat(admin.console.runLaterTurns()).isGreaterThan(40);
        replies.addAll(admin.console.takeReplies());

        assertThat(replies).hasSize(20_003).contains("row [item_19999, 19999, 1, 2, 2147483647]").endsWith("complete SHOW", "ready I");
        assertThat(admin.session.busy()).isFalse();
        assertThat(admin.console.events).endsWith("ready");
    }

    @Test
    void connectionThatEndsBetweenTwoTurnsIsSentNoMore() {
        List<MemRow> rows = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            rows.add(new MemRow("item", i, 1, 2, 3));
        }
        admin.pooler.snapshot = Snapshot.EMPTY.with(Part.MEM, rows);
        admin.query("SHOW MEM");

        admin.session.close();
        admin.console.runLaterTurns();

        assertThat(admin.console.takeReplies()).isEmpty();
    }

    @Test
    void portalOfManyRowsIsFetchedInSeveralTurns() {
        List<MemRow> rows = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            rows.add(new MemRow("item", i, 1, 2, 3));
        }
        admin.pooler.snapshot = Snapshot.EMPTY.with(Part.MEM, rows);

        admin.parse("", "SHOW MEM").bind("", "").execute("", 1_000);
        admin.console.runLaterTurns();
        admin.execute("", 0);
        admin.console.runLaterTurns();

        List<String> replies = admin.sync();
        assertThat(replies.stream().filter(reply -> reply.startsWith("row"))).hasSize(2_000);
        assertThat(replies).contains("suspended").endsWith("complete SHOW", "ready I");
    }

    /** The answer comes from another reactor, where nobody ends the connection for a fault. */
    @Test
    void faultWhileAnAnswerIsWrittenEndsTheSession() {
        admin.pooler.holding = true;
        admin.query("RELOAD");
        admin.console.broken = true;

        assertThatThrownBy(admin.pooler::answerOne).isInstanceOf(IllegalStateException.class);

        assertThat(admin.console.events).endsWith("fault");
    }
}
