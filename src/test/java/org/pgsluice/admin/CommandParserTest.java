package org.pgsluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.admin.show.ShowTables;
import org.pgsluice.config.ConsoleVersion;

class CommandParserTest {
    @ParameterizedTest
    @ValueSource(strings = {"PAUSE app", "pause APP;", " \t\r\nPause\n app \n; ", "pause \"app\"", "\"pause\" app", "pause app ;"})
    void caseBlanksQuotesAndTheSemicolonAreFree(String query) {
        assertThat(parse(query)).isEqualTo(new AdminCommand.Pause(query.contains("APP") ? "APP" : "app"));
    }

    private static AdminCommand parse(String query) {
        return CommandParser.parse(query, ConsoleVersion.NEWEST);
    }

    @Test
    void quotedArgumentKeepsWhatABareOneMayNotHave() {
        assertThat(parse("kill \"My \"\"db\"\"; x\"")).isEqualTo(new AdminCommand.Kill("My \"db\"; x"));
        assertThat(parse("kill \"böse\"")).isEqualTo(new AdminCommand.Kill("böse"));
        assertThat(parse("kill \"\"\"\"")).isEqualTo(new AdminCommand.Kill("\""));
    }

    @Test
    void noArgumentMeansAllDatabases() {
        assertThat(parse("pause")).isEqualTo(new AdminCommand.Pause(null));
        assertThat(parse("pause \"\"")).isEqualTo(new AdminCommand.Pause(null));
        assertThat(parse("resume;")).isEqualTo(new AdminCommand.Resume(null));
        assertThat(parse("wait_close")).isEqualTo(new AdminCommand.WaitClose(null));
    }

    @Test
    void selectIsShow() {
        assertThat(parse("Select Pools")).isEqualTo(new AdminCommand.Show(ShowTables.find("pools", ConsoleVersion.NEWEST)));
        assertThat(parse("show \"POOLS\"")).isEqualTo(new AdminCommand.Show(ShowTables.find("pools", ConsoleVersion.NEWEST)));
        assertThat(parse("show help")).isEqualTo(new AdminCommand.Help());
    }

    @Test
    void shutdownHasThreeModes() {
        assertThat(parse("shutdown")).isEqualTo(new AdminCommand.Shutdown(ShutdownMode.IMMEDIATE));
        assertThat(parse("shutdown Wait_For_Servers")).isEqualTo(new AdminCommand.Shutdown(ShutdownMode.WAIT_FOR_SERVERS));
        assertThat(parse("SHUTDOWN WAIT_FOR_CLIENTS;")).isEqualTo(new AdminCommand.Shutdown(ShutdownMode.WAIT_FOR_CLIENTS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set verbose=2",
                "SET verbose = 2;",
                "set verbose to 2",
                "set verbose TO \"2\"",
                "set verbose='2'",
                "set \"verbose\"='2' ; ",
                "set verbose to2",
                "set\tverbose\n=\n2",
                "set verboseto 2"
            })
    void assignmentHasTwoSignsAndThreeKindsOfValue(String query) {
        assertThat(parse(query)).isEqualTo(new AdminCommand.Assign("verbose", "2"));
    }

    @Test
    void assignedValueMayHoldAnything() {
        assertThat(parse("set auth_query='select ''x'' = $1; -- \"'"))
                .isEqualTo(new AdminCommand.Assign("auth_query", "select 'x' = $1; -- \""));
        assertThat(parse("set server_check_query=''")).isEqualTo(new AdminCommand.Assign("server_check_query", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "show",
                "show \"version",
                "show version version",
                "show version;;",
                "show version; show version",
                "show\"version\"",
                "show 'version'",
                "reload now",
                "suspend app",
                "shutdown now",
                "set",
                "set verbose",
                "set verbose=",
                "set verbose = -1",
                "set verbose=1 2",
                "set verbose='1",
                "set x''=1",
                "pause a.b",
                "select 1",
                "select version()",
                "flush"
            })
    void everythingElseIsInvalidAndQuoted(String query) {
        assertThat(parse(query)).isEqualTo(new AdminCommand.Invalid("invalid command '" + query + "', use SHOW HELP;"));
    }

    @Test
    void lengthsAreLimited() {
        AdminCommand badArguments = new AdminCommand.Invalid("bad arguments");

        assertThat(parse("pause " + "a".repeat(63))).isEqualTo(new AdminCommand.Pause("a".repeat(63)));
        assertThat(parse("pause " + "a".repeat(64))).isEqualTo(badArguments);
        assertThat(parse("pause \"" + "ä".repeat(32) + "\"")).isEqualTo(badArguments);
        assertThat(parse("abcdefghijklmnop")).isEqualTo(badArguments);
        assertThat(parse("abcdefghijklmno")).isEqualTo(new AdminCommand.Invalid("invalid command 'abcdefghijklmno', use SHOW HELP;"));
        assertThat(parse("set k='" + "v".repeat(255) + "'")).isEqualTo(new AdminCommand.Assign("k", "v".repeat(255)));
        assertThat(parse("set k='" + "v".repeat(256) + "'")).isEqualTo(badArguments);
        assertThat(parse("set \"\"=1")).isEqualTo(badArguments);
    }

    @Test
    void longQueryIsCutInTheErrorAtAWholeCharacter() {
        AdminCommand.Invalid invalid = (AdminCommand.Invalid) parse("x y z " + "ä".repeat(5000));

        assertThat(invalid.message()).startsWith("invalid command 'x y z ä").endsWith("ä").doesNotContain("\ufffd");
        assertThat(invalid.message().getBytes(java.nio.charset.StandardCharsets.UTF_8)).hasSizeBetween(1020, 1023);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET extra_float_digits = 3",
                "SET application_name = 'PostgreSQL JDBC Driver'",
                "set datestyle to 'ISO'",
                "SET SESSION statement_timeout = 0",
                "SET statement_timeout = -1",
                "SET search_path = a, b",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                "SET TIME ZONE 'UTC'",
                "SET NAMES 'utf8';"
            })
    void driversSessionParametersAreIgnored(String query) {
        assertThat(parse(query)).isEqualTo(new AdminCommand.Pretended(List.of("SET")));
    }

    @Test
    void driversTransactionsAndResetsAreIgnored() {
        assertThat(parse("BEGIN")).isEqualTo(new AdminCommand.Pretended(List.of("BEGIN")));
        assertThat(parse("begin isolation level serializable;")).isEqualTo(new AdminCommand.Pretended(List.of("BEGIN")));
        assertThat(parse("COMMIT")).isEqualTo(new AdminCommand.Pretended(List.of("COMMIT")));
        assertThat(parse("rollback")).isEqualTo(new AdminCommand.Pretended(List.of("ROLLBACK")));
        assertThat(parse("DISCARD ALL")).isEqualTo(new AdminCommand.Pretended(List.of("DISCARD ALL")));
        assertThat(parse("SELECT pg_advisory_unlock_all();\nCLOSE ALL;\nUNLISTEN *;\nRESET ALL;"))
                .isEqualTo(new AdminCommand.Pretended(List.of("SELECT 1", "CLOSE CURSOR ALL", "UNLISTEN", "RESET")));
        assertThat(parse("SHOW TRANSACTION ISOLATION LEVEL")).isInstanceOf(AdminCommand.Show.class);
        assertThat(parse("BEGIN; SHOW VERSION")).isInstanceOf(AdminCommand.Invalid.class);
        assertThat(parse("ROLLBACK TO a")).isInstanceOf(AdminCommand.Invalid.class);
    }

    @Test
    void nothingButBlanksIsEmpty() {
        assertThat(parse(" \n")).isEqualTo(new AdminCommand.Empty());
        assertThat(parse(";")).isEqualTo(new AdminCommand.Empty());
    }
}
