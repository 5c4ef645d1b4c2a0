package org.pgsluice.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.vars.Carried;

class TruthTest {
    private static final Question ALL = Question.after(SessionEffects.OPAQUE, List.of(), List.of("app.tenant"), Pins.NONE);

    private static Question after(int effects, String... named) {
        return Question.after(effects, List.of(named), List.of("app.known"), Pins.NONE);
    }

    private static boolean due(int effects, int held, String... named) {
        return Question.isDue(effects, List.of(named), held, "timezone"::equals);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ByteBuffer row(@Nullable String... columns) {
        ByteBuffer row = ByteBuffer.allocate(4096).putShort((short) columns.length);
        for (String column : columns) {
            row.putInt(column == null ? -1 : column.length());
            if (column != null) {
                row.put(column.getBytes(StandardCharsets.US_ASCII));
            }
        }
        return row.flip();
    }

    private static Truth truth(Question question, @Nullable String[]... rows) {
        Truth truth = new Truth(question);
        truth.accept(row("r", hex("none"), "off"));
        for (String[] row : rows) {
            truth.accept(row(row));
        }
        return truth;
    }

    private static String[] is(@Nullable String... columns) {
        return columns;
    }

    @Test
    void onlyWhatMayHaveChangedIsAsked() {
        assertThat(after(SessionEffects.ADVISORY_LOCK).sql()).contains("pg_locks").doesNotContain("pg_settings", "pg_depend", "pg_cursors", "pg_prepared");
        assertThat(after(SessionEffects.TEMP).sql()).contains("pg_depend").doesNotContain("pg_settings", "pg_locks");
        assertThat(after(SessionEffects.SET, "work_mem").sql()).contains("pg_settings", "'app.known'").doesNotContain("pg_locks", "pg_depend");
        assertThat(after(SessionEffects.SET, "app.tenant").sql()).contains("'app.tenant'").doesNotContain("pg_settings", "app.known");
        assertThat(after(SessionEffects.ROLE).sql()).contains("'role'").doesNotContain("pg_settings", "UNION");
        assertThat(after(SessionEffects.OPAQUE).sql()).contains("pg_settings", "'app.known'", "pg_locks", "pg_depend", "pg_cursors", "pg_prepared");
    }

    @Test
    void whatHoldsTheServerIsAskedForWhenItMayBeGone() {
        assertThat(Question.after(SessionEffects.RELEASE, List.of(), List.of(), Pins.LOCK | Pins.CURSOR).pins()).isEqualTo(Pins.LOCK | Pins.CURSOR);
        assertThat(Question.after(SessionEffects.SET, List.of("a.b"), List.of(), Pins.LOCK).pins()).isEqualTo(Pins.NONE);
    }

    /** A malicious operator in the session's own search_path must not answer for PostgreSQL's. */
    @Test
    void nothingDependsOnTheSearchPath() {
        assertThat(ALL.sql().replaceAll("'[^']*'", "''").replaceAll("OPERATOR\\(pg_catalog\\.[<>=]+\\)", "is"))
                .doesNotContainPattern("[=<>]").doesNotContainPattern("(?<!pg_catalog\\.)\\bpg_(?!catalog)");
        assertThat(ALL.sqlWithoutTimeout()).startsWith("SELECT 's',").endsWith(ALL.sql()).contains("SET LOCAL statement_timeout=0;");
    }

    @Test
    void questionIsDueForAReason() {
        assertThat(due(SessionEffects.SET, Pins.NONE, "work_mem")).isTrue();
        assertThat(due(SessionEffects.SET, Pins.NONE, "timezone")).isFalse();
        assertThat(due(SessionEffects.SET, Pins.NONE, "timezone", "work_mem")).isTrue();
        assertThat(due(SessionEffects.SET | SessionEffects.UNKNOWN_NAME, Pins.NONE, "timezone")).isTrue();
        assertThat(due(SessionEffects.RESET, Pins.NONE)).isTrue();
        assertThat(due(SessionEffects.TRANSACTION, Pins.LOCK)).isFalse();
        assertThat(due(SessionEffects.RELEASE, Pins.NONE)).isFalse();
        assertThat(due(SessionEffects.RELEASE, Pins.LOCK)).isTrue();
        assertThat(due(SessionEffects.LISTEN | SessionEffects.UNLISTEN, Pins.NONE)).isFalse();
        assertThat(due(SessionEffects.ROLE, Pins.NONE)).isTrue();
    }

    @Test
    void settingsOfTheSessionAreTakenAndThoseOfATransactionAreNot() {
        Truth truth = truth(ALL, is("s", hex("Work_Mem"), hex("9216")), is("s", hex("transaction_isolation"), hex("serializable")),
                is("c", hex("app.tenant"), hex("acme")));

        assertThat(truth.settings(Carried.NONE, name -> false)).isEqualTo(Map.of("work_mem", "9216", "app.tenant", "acme"));
        assertThat(truth.pins(Pins.NONE)).isEqualTo(Pins.NONE);
    }

    @Test
    void settingOfAnExtensionIsTheSessionsOnlyIfItIsListedSo() {
        Truth truth = truth(ALL, is("c", hex("ext.a"), hex("1")), is("c", hex("ext.b"), hex("2")), is("d", hex("ext.a"), hex("1")),
                is("s", hex("ext.b"), hex("3")));

        assertThat(truth.settings(Carried.NONE, name -> false)).isEqualTo(Map.of("ext.b", "3"));
    }

    @Test
    void emptyCustomSettingCountsOnlyForWhoMadeItSo() {
        Truth truth = truth(ALL, is("c", hex("app.tenant"), ""));

        assertThat(truth.settings(Carried.NONE, name -> false)).isEmpty();
        assertThat(truth.settings(Carried.NONE, "app.tenant"::equals)).isEqualTo(Map.of("app.tenant", ""));
    }

    @Test
    void roleIsOneOfTheSettings() {
        Truth truth = new Truth(after(SessionEffects.ROLE));
        assertThat(truth.isComplete()).isFalse();
        truth.accept(row("r", hex("\u00fcber"), "off"));

        assertThat(truth.isComplete()).isTrue();
        assertThat(truth.settings(Carried.NONE, name -> false)).isEqualTo(Map.of("role", "\u00fcber\0"));
    }

    @Test
    void whatHoldsTheServerIsKnownWhereItWasAskedFor() {
        Truth truth = truth(ALL, is("l", null, null), is("t", null, null), is("h", null, null), is("p", hex("stmt"), hex("prepare stmt as select 1")));

        assertThat(truth.pins(Pins.NONE)).isEqualTo(Pins.LOCK | Pins.TEMPORARY | Pins.CURSOR | Pins.PREPARED);
        assertThat(truth.statements()).isEqualTo(Map.of("stmt", "prepare stmt as select 1"));
        assertThat(Pins.names(truth.pins(Pins.NONE))).isEqualTo("advisory lock, temporary object, cursor, prepared statement");
        assertThat(truth(after(SessionEffects.TEMP)).pins(Pins.LOCK | Pins.TEMPORARY)).isEqualTo(Pins.LOCK);
    }

    @Test
    void settingThatTheNextClientCouldNotTakeBackHoldsTheServer() {
        assertThat(truth(ALL, is("S", hex("log_statement"), hex("all"))).pins(Pins.NONE)).isEqualTo(Pins.SETTING);
        assertThat(truth(ALL, is("s", hex("work_mem"), null)).pins(Pins.NONE)).isEqualTo(Pins.SETTING);
        Truth ofSuperuser = new Truth(ALL);
        ofSuperuser.accept(row("r", hex("none"), "on"));
        ofSuperuser.accept(row("S", hex("log_statement"), hex("all")));
        assertThat(ofSuperuser.pins(Pins.SETTING)).isEqualTo(Pins.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rr", "z"})
    void answerThatMakesNoSenseIsNoAnswer(String kind) {
        List<ByteBuffer> senseless = List.of(
                row(kind, "", ""),
                row("r", ""),
                row("s", "6g", ""),
                ByteBuffer.allocate(1),
                ByteBuffer.allocate(8).putShort((short) 3).putInt(1 << 30).flip());
        for (ByteBuffer row : senseless) {
            Truth truth = new Truth(ALL);
            truth.accept(row);
            truth.accept(row("r", hex("none"), "off"));
            assertThat(truth.isComplete()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1 | SELECT pg_catalog.pg_advisory_unlock_all();",
        "2 | DISCARD TEMP;",
        "4 | CLOSE ALL;",
        "8 | DEALLOCATE \"a\"\"b\";DEALLOCATE \"c\";",
        "7 | SELECT pg_catalog.pg_advisory_unlock_all();CLOSE ALL;DISCARD TEMP;",
        "16 | RESET SESSION AUTHORIZATION;RESET ALL;"
    })
    void serverIsCleanedOfExactlyWhatItHas(int pins, String sql) {
        assertThat(Cleaning.of(pins, List.of("a\"b", "c"))).isEqualTo(sql);
    }

    @Test
    void nameInAnUnknownEncodingIsNotCleaned() {
        assertThat(Cleaning.of(Pins.PREPARED, List.of("\u00fc"))).isNull();
    }
}
