package org.pgsluice.admin.show;

import static org.pgsluice.admin.show.Column.clampedInt4;
import static org.pgsluice.admin.show.Column.int4;
import static org.pgsluice.admin.show.Column.int8;
import static org.pgsluice.admin.show.Column.text;
import static org.pgsluice.admin.show.Column.time;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PinRow;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.SocketState;

/** SHOW CLIENTS, SERVERS, SOCKETS and ACTIVE_SOCKETS: one row a connection, with its buffers in the last two. */
final class SocketTables {
    static final ShowTable<SocketRow> CLIENTS = ShowTable.of(Set.of(Part.CLIENTS), SocketTables::clients, columns(SocketRow::word));
    static final ShowTable<SocketRow> SERVERS = ShowTable.of(Part.SERVERS, columns(SocketRow::word));
    static final ShowTable<SocketRow> SOCKETS =
            ShowTable.of(Set.of(Part.CLIENTS, Part.SERVERS), snapshot -> sockets(snapshot, false), withBuffers());
    static final ShowTable<SocketRow> ACTIVE_SOCKETS =
            ShowTable.of(Set.of(Part.CLIENTS, Part.SERVERS), snapshot -> sockets(snapshot, true), withBuffers());

    private static final long MICROS = 1_000_000;

    /** Not in PgBouncer, where nothing of a session stays. */
    static final ShowTable<PinRow> PINS = ShowTable.of(
            Part.PINS,
            text("database", PinRow::database),
            text("user", PinRow::user),
            text("client", row -> row.client() == 0 ? "" : pointer(row.client())),
            text("server", row -> pointer(row.server())),
            int4("remote_pid", PinRow::remotePid),
            text("reason", PinRow::reason),
            time("since", PinRow::sinceMicros),
            int8("held_us", PinRow::heldMicros),
            text("statement", row -> row.statement() == 0 ? "" : Integer.toHexString(row.statement())));

    private SocketTables() {}

    private static List<SocketRow> clients(Snapshot snapshot) {
        List<SocketRow> rows = new ArrayList<>(snapshot.rows(Part.CLIENTS).size());
        for (SocketRow row : snapshot.rows(Part.CLIENTS)) {
            if (row.state() != SocketState.CLIENT_LOGIN) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** Clients, servers, then clients at their login; cancel requests are in none of them. */
    private static List<SocketRow> sockets(Snapshot snapshot, boolean activeOnly) {
        List<SocketRow> rows = new ArrayList<>(snapshot.rows(Part.CLIENTS).size() + snapshot.rows(Part.SERVERS).size());
        for (SocketRow row : snapshot.rows(Part.CLIENTS)) {
            add(rows, row, activeOnly, false);
        }
        for (SocketRow row : snapshot.rows(Part.SERVERS)) {
            add(rows, row, activeOnly, false);
        }
        for (SocketRow row : snapshot.rows(Part.CLIENTS)) {
            add(rows, row, activeOnly, true);
        }
        return rows;
    }

    private static void add(List<SocketRow> rows, SocketRow row, boolean activeOnly, boolean atLogin) {
        boolean shown = !row.state().socketsWord().isEmpty() && (row.state() == SocketState.CLIENT_LOGIN) == atLogin;
        if (shown && !(activeOnly && row.buffers().isEmpty())) {
            rows.add(row);
        }
    }

    private static List<Column<SocketRow>> columns(Function<SocketRow, String> state) {
        return List.of(
                text("type", row -> row.state().isServer() ? "S" : "C"),
                text("user", row -> orElse(row.user(), "(nouser)")),
                text("database", row -> orElse(row.database(), "(nodb)")),
                text("replication", row -> row.replication().word()),
                text("state", state::apply),
                text("addr", SocketRow::address),
                int4("port", SocketRow::port),
                text("local_addr", SocketRow::localAddress),
                int4("local_port", SocketRow::localPort),
                time("connect_time", SocketRow::connectMicros),
                time("request_time", SocketRow::requestMicros),
                int4("wait", row -> (int) (row.waitMicros() / MICROS)),
                int4("wait_us", row -> (int) (row.waitMicros() % MICROS)),
                int4("close_needed", row -> row.closeNeeded() ? 1 : 0),
                text("ptr", row -> pointer(row.pointer())),
                text("link", row -> row.link() == 0 ? "" : pointer(row.link())),
                int4("remote_pid", SocketRow::remotePid),
                text("tls", SocketRow::tls),
                text("application_name", SocketRow::applicationName),
                int4("prepared_statements", SocketRow::preparedStatements),
                clampedInt4("id", SocketRow::id));
    }

    private static List<Column<SocketRow>> withBuffers() {
        List<Column<SocketRow>> columns = new ArrayList<>(columns(row -> row.state().socketsWord()));
        columns.add(int4("recv_pos", row -> row.buffers().recvPos()));
        columns.add(int4("pkt_pos", row -> row.buffers().pktPos()));
        columns.add(int4("pkt_remain", row -> row.buffers().pktRemain()));
        columns.add(int4("send_pos", row -> row.buffers().sendPos()));
        columns.add(int4("send_remain", row -> row.buffers().sendRemain()));
        columns.add(int4("pkt_avail", row -> row.buffers().pktAvail()));
        columns.add(int4("send_avail", row -> row.buffers().sendAvail()));
        return List.copyOf(columns);
    }

    private static String orElse(@Nullable String value, String unknown) {
        return value == null ? unknown : value;
    }

    private static String pointer(long pointer) {
        return "0x" + Long.toHexString(pointer);
    }
}
