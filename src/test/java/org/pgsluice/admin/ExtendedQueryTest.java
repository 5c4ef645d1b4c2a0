package org.pgsluice.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.admin.ConsoleDialogue.body;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.admin.view.DnsZoneRow;
import org.pgsluice.admin.view.ListCounts;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.wire.FrontendTag;

class ExtendedQueryTest {
    private final ConsoleDialogue admin = new ConsoleDialogue(Rights.ADMIN);

    @Test
    void preparedShowAnswersLikeASimpleOne() {
        admin.parse("", "SHOW VERSION").bind("", "").describe('P', "").execute("", 0);

        assertThat(admin.sync())
                .containsExactly("parsed", "bound", "columns [version 25 -1 -1 0]", "row [PgBouncer 1.26.1]", "complete SHOW", "ready I");
    }

    @Test
    void statementIsDescribedBeforeItIsBoundAndUsedAgain() {
        admin.parse("s", "SHOW STATE").describe('S', "s");
        assertThat(admin.flush()).containsExactly("parsed", "parameters 0", "columns [key 25 -1 -1 0, value 25 -1 -1 0]");

        for (int i = 0; i < 2; i++) {
            admin.bind("", "s").execute("", 0);
            assertThat(admin.sync())
                    .containsExactly("bound", "row [active, yes]", "row [paused, no]", "row [suspended, no]", "complete SHOW", "ready I");
        }
        admin.close('S', "s").bind("", "s");
        assertThat(admin.sync()).containsExactly("closed", "ERROR 26000 prepared statement \"s\" does not exist", "ready I");
    }

    @Test
    void commandsHaveNoColumns() {
        admin.parse("", "PAUSE app").describe('S', "").bind("", "").describe('P', "").execute("", 0);

        assertThat(admin.sync()).containsExactly("parsed", "parameters 0", "no data", "bound", "no data", "complete PAUSE", "ready I");
        assertThat(admin.console.events).contains("issued PAUSE 'app' command issued");
    }

    @Test
    void binaryFormatIsSentWhereItIsAskedFor() {
        admin.pooler.snapshot = Snapshot.EMPTY.with(Part.DNS_ZONES, List.of(new DnsZoneRow("z", 1L << 33, 5)));
        admin.parse("", "SHOW DNS_ZONES").bind("", "", 0, 1, 1).describe('P', "").execute("", 0);

        assertThat(admin.sync()).contains("columns [zonename 25 -1 -1 0, serial 20 8 -1 1, count 23 4 -1 1]");
        List<byte[]> values = admin.console.dataRows;
        assertThat(values.get(0)).isEqualTo("z".getBytes(UTF_8));
        assertThat(ByteBuffer.wrap(values.get(1)).getLong()).isEqualTo(1L << 33);
        assertThat(ByteBuffer.wrap(values.get(2)).getInt()).isEqualTo(5);
    }

    @Test
    void oneFormatIsForAllColumns() {
        admin.pooler.snapshot = Snapshot.EMPTY.with(Part.LISTS, List.of(new ListCounts(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
        admin.parse("", "SHOW LISTS").bind("", "", 1).execute("", 1);
        admin.sync();

        assertThat(admin.console.dataRows.get(1)).containsExactly(0, 0, 0, 3);
    }

    @Test
    void formatsThatDoNotFitAreRefused() {
        admin.parse("", "SHOW LISTS").bind("", "", 1, 1, 1);
        assertThat(admin.sync()).element(1).asString().startsWith("ERROR 08P01 bind message has 3 result formats");

        admin.parse("", "SHOW LISTS").bind("", "", 2);
        assertThat(admin.sync()).element(1).asString().startsWith("ERROR 08P01");
    }

    @Test
    void rowLimitSuspendsThePortal() {
        admin.parse("", "SHOW STATE").bind("p", "").execute("p", 2).execute("p", 2).execute("p", 2);

        assertThat(admin.sync())
                .containsExactly(
                        "parsed",
                        "bound",
                        "row [active, yes]",
                        "row [paused, no]",
                        "suspended",
                        "row [suspended, no]",
                        "complete SHOW",
                        "complete SHOW",
                        "ready I");
        assertThat(admin.pooler.calls).containsExactly("collect [STATE]");
    }

    @Test
    void syncEndsPortals() {
        admin.parse("", "SHOW STATE").bind("p", "").sync();
        admin.execute("p", 0);

        assertThat(admin.sync()).containsExactly("ERROR 34000 portal \"p\" does not exist", "ready I");
    }

    @Test
    void afterAnErrorAllIsSkippedUntilSync() {
        admin.parse("", "SHOW nosuch").bind("", "").describe('P', "").execute("", 0);

        assertThat(admin.query("SHOW VERSION")).containsExactly("ERROR 08P01 invalid command 'SHOW nosuch', use SHOW HELP;");
        assertThat(admin.sync()).containsExactly("ready I");
        assertThat(admin.console.events).containsExactly("error invalid command 'SHOW nosuch', use SHOW HELP;");
        assertThat(admin.query("SHOW VERSION")).endsWith("complete SHOW", "ready I");
    }

    @Test
    void errorOfACommandIsFollowedByReadyAtSyncOnly() {
        admin.parse("", "RESUME").bind("", "").execute("", 0).execute("", 0);

        assertThat(admin.sync()).containsExactly("parsed", "bound", "ERROR 08P01 pooler is not paused/suspended", "ready I");
    }

    @Test
    void waitingCommandAnswersBeforeSync() {
        admin.pooler.holding = true;
        admin.parse("", "PAUSE").bind("", "").execute("", 0);
        assertThat(admin.session.busy()).isTrue();

        admin.pooler.answerOne();

        assertThat(admin.console.takeReplies()).containsExactly("parsed", "bound", "complete PAUSE");
        assertThat(admin.console.events).endsWith("ready");
        assertThat(admin.sync()).containsExactly("ready I");
    }

    @Test
    void cancelledCommandIsAnErrorUntilSync() {
        admin.pooler.holding = true;
        admin.parse("", "PAUSE").bind("", "").execute("", 0);

        admin.session.cancel();
        admin.execute("", 0);

        assertThat(admin.sync())
                .containsExactly("parsed", "bound", "ERROR 57014 canceling statement due to user request", "ready I");
    }

    @Test
    void emptyStatementAnswersDriversThatProbe() {
        admin.parse("", "").bind("", "").describe('P', "").execute("", 0);

        assertThat(admin.sync()).containsExactly("parsed", "bound", "no data", "empty", "ready I");
    }

    @Test
    void driversStatementsAreAnsweredAndIgnored() {
        admin.parse("", "SET extra_float_digits = 3").bind("", "").execute("", 0);
        assertThat(admin.sync()).containsExactly("parsed", "bound", "NOTICE 00000 SET ignored", "complete SET", "ready I");

        admin.parse("", "BEGIN").bind("", "").execute("", 0).parse("", "SHOW VERSION").bind("", "").execute("", 0);
        assertThat(admin.sync()).contains("complete BEGIN", "complete SHOW").endsWith("ready I");
    }

    @Test
    void discardAllForgetsStatements() {
        admin.parse("s", "SHOW STATE").sync();
        admin.query("DISCARD ALL");
        admin.bind("", "s");

        assertThat(admin.sync()).containsExactly("ERROR 26000 prepared statement \"s\" does not exist", "ready I");
    }

    @Test
    void simpleQueryTakesTheUnnamedStatementAway() {
        admin.parse("", "SHOW STATE").sync();
        admin.query("SHOW VERSION");
        admin.bind("", "");

        assertThat(admin.sync()).containsExactly("ERROR 26000 prepared statement \"\" does not exist", "ready I");
    }

    @Test
    void parametersAreRefused() {
        assertThat(admin.send(FrontendTag.PARSE, body().cstring("").cstring("SHOW STATE").int16(1).int32(25)))
                .containsExactly("ERROR 08P01 the console's commands take no parameters");
        admin.sync();

        admin.parse("", "SHOW STATE");
        assertThat(admin.send(FrontendTag.BIND, body().cstring("").cstring("").int16(0).int16(1).int32(1).int8('x').int16(0)))
                .containsExactly("parsed", "ERROR 08P01 bind message supplies 1 parameters, but prepared statement \"\" requires 0");
    }

    @Test
    void namesAreUniqueAndTheirNumberIsLimited() {
        admin.parse("s", "SHOW STATE").parse("s", "SHOW STATE");
        assertThat(admin.sync()).containsExactly("parsed", "ERROR 42P05 prepared statement \"s\" already exists", "ready I");

        for (int i = 0; i < ExtendedQuery.MOST; i++) {
            admin.parse("s" + i, "SHOW STATE");
        }
        assertThat(admin.sync()).contains("ERROR 54000 too many prepared statements");
        admin.parse("", "SHOW STATE").bind("p", "s").bind("p", "s");
        assertThat(admin.sync()).contains("ready I");
    }

    @Test
    void namesAndTextsTogetherAreLimited() {
        String name = "n".repeat(ExtendedQuery.MOST_CHARACTERS / 4);
        admin.parse("s", "SHOW STATE").parse("1" + name, "SHOW STATE").parse("2" + name, "SHOW STATE").bind("p" + name, "s");
        assertThat(admin.sync()).doesNotContain("ERROR 54000 too many portals").endsWith("ready I");

        admin.parse("3" + name, "SHOW STATE").parse("4" + name, "SHOW STATE");
        assertThat(admin.sync()).containsExactly("parsed", "ERROR 54000 too many prepared statements", "ready I");
        admin.bind("p" + name, "s");
        assertThat(admin.sync()).containsExactly("ERROR 54000 too many portals", "ready I");

        admin.close('S', "3" + name).parse("5" + name, "SHOW STATE");
        assertThat(admin.sync()).containsExactly("closed", "parsed", "ready I");
    }

    @Test
    void messageThatEndsEarlyIsAViolation() {
        byte[] bind = body().cstring("p").cstring("s").int16(0).int16(0).int16(1).int16(0).toBytes();
        for (int length = 0; length < bind.length; length++) {
            ConsoleDialogue broken = new ConsoleDialogue(Rights.ADMIN);
            broken.parse("s", "SHOW STATE");

            broken.send(FrontendTag.BIND, body().bytes(bind, 0, length));

            assertThat(broken.console.events).as("length " + length).containsExactly("violation bad packet");
        }
    }

    @Test
    void bytesBehindAMessagesEndAreAViolation() {
        admin.send(FrontendTag.CLOSE, body().int8('S').cstring("s").int8(0));

        assertThat(admin.console.events).containsExactly("violation bad packet");
    }
}
