package org.pgsluice.admin.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pgsluice.admin.TestTable;
import org.pgsluice.admin.view.AdviceRow;
import org.pgsluice.admin.view.Counts;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.ListCounts;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PinRow;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.admin.view.Replication;
import org.pgsluice.admin.view.SessionStateRow;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.SocketBuffers;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.SocketState;
import org.pgsluice.admin.view.StatsRow;
import org.pgsluice.admin.view.UserRow;
import org.pgsluice.config.ConsoleVersion;
import org.pgsluice.wire.MessageWriter;

class ShowTablesTest {
    /** The parts that have their one row always. */
    private static final Snapshot EVERYTHING = Snapshot.of(Part.STATE, List.of(PoolerState.ACTIVE)).with(Part.LISTS, List.of(ListCounts.NONE))
            .with(Part.VERSION, List.of(""));

    private static final Map<String, String> OIDS = Map.of("text", "25", "int4", "23", "int8", "20", "numeric", "1700", "bytea", "17");

    @Test
    void columnsAreThoseOfPgBouncer() {
        Map<String, List<String>> expected = expectedColumns();

        assertThat(expected).hasSize(26);
        expected.forEach((table, columns) -> assertThat(columnsOf(table, ConsoleVersion.NEWEST)).as(table).isEqualTo(columns));
    }

    @Test
    void columnsOfBeforeAreThoseWithoutCountsOfLogins() {
        ConsoleVersion before = ConsoleVersion.BEFORE_LOGIN_COUNTS;
        Map<String, List<String>> expected = expectedColumns();
        expected.values().forEach(columns -> columns.removeIf(column -> column.contains("client_login_count")));

        expected.forEach((table, columns) -> assertThat(columnsOf(table, before)).as(table).isEqualTo(columns));
        assertThat(expected.get("STATS")).as("as tools that count them expect").hasSize(23);
        assertThat(rowsOf("totals", before, EVERYTHING)).hasSize(22).noneMatch(row -> row.get(0).contains("login"));
        assertThat(rowsOf("version", before, EVERYTHING)).isEqualTo(List.of(List.of("PgBouncer 1.25.2")));
        assertThat(rowsOf("version", EVERYTHING)).isEqualTo(List.of(List.of("PgBouncer 1.26.1")));
    }

    private static Map<String, List<String>> expectedColumns() {
        Map<String, List<String>> expected = new LinkedHashMap<>();
        for (List<String> row : TestTable.read("show-columns.tsv")) {
            expected.computeIfAbsent(row.get(0), table -> new ArrayList<>()).add(row.get(1) + " " + OIDS.get(row.get(2)) + " " + row.get(3) + " -1 0");
        }
        return expected;
    }

    @Test
    void fixedRowsAreThoseOfPgBouncer() {
        Map<String, List<List<String>>> expected = new LinkedHashMap<>();
        for (List<String> row : TestTable.read("show-rows.tsv")) {
            expected.computeIfAbsent(row.get(0), table -> new ArrayList<>()).add(row.subList(1, row.size()));
        }

        expected.forEach((table, rows) -> {
            List<List<String>> shown = rowsOf(table, EVERYTHING);
            assertThat(shown).as(table).hasSameSizeAs(rows);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(shown.get(i)).as(table).startsWith(rows.get(i).toArray(new String[0]));
            }
        });
    }

    @Test
    void clientsAndServersShowEveryFact() {
        Snapshot snapshot = Snapshot.EMPTY
                .with(Part.CLIENTS, List.of(socket(SocketState.CLIENT_ACTIVE, 0xff, SocketBuffers.NONE),
                        socket(SocketState.CLIENT_LOGIN, 0, SocketBuffers.NONE)))
                .with(Part.SERVERS, List.of(socket(SocketState.SERVER_TESTED, 0, SocketBuffers.NONE)));

        List<String> client = new ArrayList<>(List.of("C", "ann", "(nodb)", "none", "active", "::1", "50000", "127.0.0.1", "6432"));
        client.addAll(List.of("2026-11-23 07:33:38 UTC", "1970-01-01 00:00:00 UTC", "3", "200001", "1", "0xabc", "0xff", "77"));
        client.addAll(List.of("TLSv1.3/X", "psql", "2", "12"));
        assertThat(rowsOf("clients", snapshot)).containsExactly(client);
        assertThat(rowsOf("servers", snapshot).get(0)).startsWith("S").contains("tested", "");
    }

    @Test
    void whoeverIsActiveWithoutALinkIsIdle() {
        Snapshot snapshot = Snapshot.EMPTY
                .with(Part.CLIENTS, List.of(socket(SocketState.CLIENT_ACTIVE, 0, SocketBuffers.NONE),
                        socket(SocketState.CLIENT_WAITING, 0, SocketBuffers.NONE)))
                .with(Part.SERVERS, List.of(socket(SocketState.SERVER_ACTIVE, 0, SocketBuffers.NONE), socket(SocketState.SERVER_NEW, 0, SocketBuffers.NONE)));

        assertThat(rowsOf("clients", snapshot)).extracting(row -> row.get(4)).containsExactly("idle", "waiting");
        assertThat(rowsOf("servers", snapshot)).extracting(row -> row.get(4)).containsExactly("idle", "new");
        assertThat(rowsOf("sockets", snapshot)).extracting(row -> row.get(4)).containsExactly("cl_active", "cl_waiting", "sv_active", "sv_login");
    }

    @Test
    void socketsEndWithLoginsAndLeaveCancelRequestsOut() {
        Snapshot snapshot = Snapshot.EMPTY
                .with(Part.CLIENTS, List.of(
                        socket(SocketState.CLIENT_LOGIN, 0, new SocketBuffers(1, 2, 3, 4, 5, 6, 7)),
                        socket(SocketState.CLIENT_WAITING_CANCEL, 0, SocketBuffers.NONE),
                        socket(SocketState.CLIENT_WAITING, 0, SocketBuffers.NONE)))
                .with(Part.SERVERS, List.of(socket(SocketState.SERVER_BEING_CANCELED, 0, SocketBuffers.NONE),
                        socket(SocketState.SERVER_IDLE, 0, SocketBuffers.NONE)));

        assertThat(rowsOf("sockets", snapshot)).extracting(row -> row.get(4)).containsExactly("cl_waiting", "sv_idle", "cl_login");
        assertThat(rowsOf("active_sockets", snapshot)).hasSize(1);
        assertThat(rowsOf("active_sockets", snapshot).get(0)).endsWith("1", "2", "3", "4", "5", "6", "7");
    }

    @Test
    void poolsAndDatabasesAndUsersShowEveryFact() {
        Snapshot snapshot = Snapshot.EMPTY
                .with(Part.POOLS, List.of(new PoolRow("d", "u", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12_000_013, "session", null)))
                .with(Part.DATABASES, List.of(new DatabaseRow("d", "h,i", 5432, "e", null, 1, 2, 3, 4, null, "round-robin", 5, 6, 7, 8, true, false)))
                .with(Part.USERS, List.of(new UserRow("u", 1, null, "statement", 2, 3, 4, 5)));

        assertThat(rowsOf("pools", snapshot).get(0)).asString().isEqualTo("[d, u, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, session, null]");
        assertThat(rowsOf("databases", snapshot).get(0))
                .asString()
                .isEqualTo("[d, h,i, 5432, e, null, 1, 2, 3, 4, null, round-robin, 5, 6, 7, 8, 1, 0]");
        assertThat(rowsOf("users", snapshot).get(0)).asString().isEqualTo("[u,         1, , statement, 2, 3, 4, 5]");
    }

    @Test
    void reactorsShowEveryFact() {
        Snapshot snapshot = Snapshot.EMPTY.with(Part.REACTORS, List.of(new ReactorRow(0, 1, 2, 3, 4, 5, 6, 7), new ReactorRow(1, 0, 0, 0, 1L << 40, 0, 0, 0)));

        assertThat(columnsOf("reactors", ConsoleVersion.NEWEST)).extracting(column -> column.substring(0, column.indexOf(" ")))
                .containsExactly("reactor", "clients", "servers", "waiting", "steals", "lock_waits", "cpu_us", "longest_turn_us");
        assertThat(rowsOf("reactors", snapshot).get(0)).containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
        assertThat(rowsOf("reactors", snapshot).get(1)).containsExactly("1", "0", "0", "0", "1099511627776", "0", "0", "0");
    }

    @Test
    void sessionStateShowsEachReason() {
        Snapshot snapshot = Snapshot.EMPTY.with(
                Part.SESSION_STATE, List.of(new SessionStateRow("d", "u", "carry", 1, 2, 3, 4, List.of(5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L))));

        assertThat(rowsOf("session_state", snapshot).get(0)).containsExactly("d", "u", "carry", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
        assertThat(columnsOf("session_state", ConsoleVersion.NEWEST).getLast()).startsWith("pins_library ");
    }

    @Test
    void pinsShowWhoKeepsWhatAndWhy() {
        Snapshot snapshot = Snapshot.EMPTY.with(Part.PINS, List.of(new PinRow("d", "u", 0x10, 0x20, 77, "advisory lock", 0, 1L << 33, 0xabc)));

        assertThat(columnsOf("pins", ConsoleVersion.NEWEST)).extracting(column -> column.substring(0, column.indexOf(" ")))
                .containsExactly("database", "user", "client", "server", "remote_pid", "reason", "since", "held_us", "statement");
        assertThat(rowsOf("pins", snapshot).get(0).subList(0, 6)).containsExactly("d", "u", "0x10", "0x20", "77", "advisory lock");
        assertThat(rowsOf("pins", snapshot).get(0).subList(7, 9)).containsExactly("8589934592", "abc");
    }

    @Test
    void adviceShowsEveryFact() {
        Snapshot snapshot = Snapshot.EMPTY.with(Part.ADVICE, List.of(new AdviceRow(AdviceRow.Severity.WARNING, "d", null, "r", 1L << 33, "f", "s", "do")));

        assertThat(columnsOf("advice", ConsoleVersion.NEWEST)).extracting(column -> column.substring(0, column.indexOf(" ")))
                .containsExactly("severity", "database", "user", "rule", "measured", "finding", "setting", "remedy");
        assertThat(rowsOf("advice", snapshot).get(0)).asString().isEqualTo("[warning, d, null, r, 8589934592, f, s, do]");
    }

    @Test
    void statsShowTotalsAndAveragesOverThePeriod() {
        Counts total = new Counts(10, 20, 30, 40, 50, 60, 90, 70, 80, 90, 100, 110);
        Counts older = new Counts(8, 0, 10, 0, 10, 0, 30, 10, 0, 10, 0, 10);
        Snapshot snapshot = Snapshot.EMPTY.with(Part.STATS, List.of(new StatsRow("d", total, older, 2_000_000), new StatsRow("e", total, older, 2_000_000)));

        assertThat(rowsOf("stats", snapshot).get(0))
                .asString()
                .isEqualTo("[d, 10, 20, 30, 40, 50, 60, 90, 70, 80, 90, 100, 110, 1, 10, 10, 20, 20, 3, 3, 30, 40, 40, 50, 50]");
        assertThat(rowsOf("stats_totals", snapshot).get(1)).asString().isEqualTo("[e, 10, 20, 30, 40, 50, 60, 90, 70, 80, 90, 100, 110]");
        assertThat(rowsOf("stats_averages", snapshot).get(1)).asString().isEqualTo("[e, 1, 10, 10, 20, 20, 3, 3, 30, 40, 40, 50, 50]");
        assertThat(rowsOf("totals", snapshot))
                .contains(List.of("total_server_assignment_count", "20"), List.of("total_client_bytes", "80"), List.of("avg_xact_count", "20"))
                .contains(List.of("avg_xact_time", "3"), List.of("avg_wait_time", "30"), List.of("avg_client_login_count", "100"));
    }

    @Test
    void averagesOfNoTimeAndOfHugeCountsAreSound() {
        Counts huge = new Counts(0, 0, 0, Long.MAX_VALUE / 2, 0, 5, 0, 0, 0, 0, 0, 0);

        assertThat(huge.averageSince(Counts.ZERO, 0)).isEqualTo(Counts.ZERO);
        assertThat(huge.averageSince(Counts.ZERO, 1_000_000).clientBytes()).isCloseTo(Long.MAX_VALUE / 2, withPercentage(0.001));
        assertThat(huge.averageSince(Counts.ZERO, 1_000_000).xactTime()).isZero();
    }

    @Test
    void unknownTableIsNone() {
        assertThat(ShowTables.find("nosuch", ConsoleVersion.NEWEST)).isNull();
    }

    private static SocketRow socket(SocketState state, long link, SocketBuffers buffers) {
        return new SocketRow(
                state, "ann", null, Replication.NONE, "::1", 50000, "127.0.0.1", 6432, 1_795_419_218_000_000L, 0, 3_200_001, true, 0xabc, link, 77,
                "TLSv1.3/X", "psql", 2, 12, buffers);
    }

    private static ShowTable<?> table(String name, ConsoleVersion version) {
        ShowTable<?> table = ShowTables.find(name.toLowerCase(Locale.ROOT), version);
        assertThat(table).as(name).isNotNull();
        return table;
    }

    private static List<String> columnsOf(String name, ConsoleVersion version) {
        MessageWriter out = new MessageWriter();
        table(name, version).describe(out, Formats.TEXT);
        ByteBuffer body = out.toBuffer().position(5);
        List<String> columns = new ArrayList<>();
        for (int i = body.getShort(); i > 0; i--) {
            StringBuilder column = new StringBuilder();
            for (byte b = body.get(); b != 0; b = body.get()) {
                column.append((char) b);
            }
            assertThat(body.getInt()).isZero();
            assertThat(body.getShort()).isZero();
            columns.add(column + " " + body.getInt() + " " + body.getShort() + " " + body.getInt() + " " + body.getShort());
        }
        return columns;
    }

    private static List<List<String>> rowsOf(String name, Snapshot snapshot) {
        return rowsOf(name, ConsoleVersion.NEWEST, snapshot);
    }

    private static List<List<String>> rowsOf(String name, ConsoleVersion version, Snapshot snapshot) {
        RowCursor cursor = table(name, version).read(snapshot, Formats.TEXT, new ValueWriter(ZoneOffset.UTC));
        List<List<String>> rows = new ArrayList<>();
        while (cursor.hasNext()) {
            MessageWriter out = new MessageWriter();
            cursor.writeNext(out);
            ByteBuffer body = out.toBuffer().position(5);
            List<String> row = new ArrayList<>();
            for (int i = body.getShort(); i > 0; i--) {
                int length = body.getInt();
                byte[] value = new byte[Math.max(0, length)];
                body.get(value);
                row.add(length < 0 ? null : new String(value, StandardCharsets.UTF_8));
            }
            rows.add(row);
        }
        return rows;
    }
}
