package org.pgsluice.metrics;

import static org.pgsluice.metrics.NumberFamily.counter;
import static org.pgsluice.metrics.NumberFamily.gauge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.pgsluice.admin.view.AdviceRow;
import org.pgsluice.admin.view.ClosingRow;
import org.pgsluice.admin.view.MemRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PinRow;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.admin.view.Readiness;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.StatsRow;
import org.pgsluice.admin.view.TimesRow;

/** What there is beyond pgbouncer_exporter. */
final class OwnFamilies {
    private static final double MICROS = 1e6;
    /** What the labels of reasons begin with that are about cancel requests. */
    private static final String CANCEL = "cancel_";
    private static final Source<TimesRow> TIMES = Source.of(Part.TIMES);
    private static final LabelSet<TimesRow> POOL = LabelSet.of("database", TimesRow::database).and("user", TimesRow::user);
    private static final Source<ReactorRow> REACTORS = Source.of(Part.REACTORS);
    private static final LabelSet<ReactorRow> REACTOR = LabelSet.of("reactor", row -> Integer.toString(row.reactor()));

    private OwnFamilies() {}

    static List<Family> all() {
        List<Family> all = new ArrayList<>();
        all.add(new TimesFamily<>("pgsluice_client_wait_seconds", "How long clients waited for a server, each time that they were given one.", TIMES, POOL,
                TimesRow::waits, TimesRow::waitNanos));
        all.add(new TimesFamily<>("pgsluice_query_seconds", "How long queries took, from the request until all of it was answered.", TIMES, POOL,
                TimesRow::queries, TimesRow::queryNanos));
        all.add(counter("pgsluice_transactions_total", TIMES, POOL, TimesRow::transactions, "Transactions, by pool."));
        all.add(counter("pgsluice_client_logins_total", Source.of(Part.STATS), LabelSet.of("database", StatsRow::database), row -> row.total().clientLogins(),
                "Logins of clients."));
        all.add(counter("pgsluice_closed_connections_total", Source.of(Part.CLOSINGS, rows -> rows.stream().filter(row -> !isCancel(row)).toList()),
                LabelSet.of("side", OwnFamilies::side).and("reason", row -> row.reason().label()), ClosingRow::total, "Connections that were closed."));
        all.add(counter("pgsluice_cancel_requests_total", Source.of(Part.CLOSINGS, rows -> rows.stream().filter(OwnFamilies::isCancel).toList()),
                LabelSet.of("side", OwnFamilies::side).and("result", row -> row.reason().label().substring(CANCEL.length())), ClosingRow::total,
                "What became of cancel requests: of those that clients sent, and of connections that carried them to servers."));
        all.add(gauge("pgsluice_advice", Source.of(Part.ADVICE, OwnFamilies::distinct),
                LabelSet.of("severity", (AdviceRow row) -> row.severity().word()).and("rule", AdviceRow::rule).and("database", AdviceRow::database)
                        .and("user", AdviceRow::user).and("setting", AdviceRow::setting),
                AdviceRow::measured, "What SHOW ADVICE has to say, and the number behind it."));
        all.add(gauge("pgsluice_host_servers", Source.of(Part.SERVERS, OwnFamilies::hosts),
                LabelSet.of("host", Host::name).and("port", host -> Integer.toString(host.port())).and("database", Host::database), Host::servers,
                "Servers by the address that they are connected to."));
        all.add(gauge("pgsluice_pinned_servers", Source.of(Part.PINS, OwnFamilies::pins), LabelSet.of("database", Pins::database).and("user", Pins::user),
                Pins::servers, "Servers that stay with a client for what its session has."));
        all.add(gauge("pgsluice_ready", Source.of(Part.READINESS), LabelSet.none(), OwnFamilies::ready, "Whether /ready says so."));
        all.addAll(reactors());
        all.add(gauge("pgsluice_heap_used_bytes", memory("heap"), LabelSet.none(), row -> (double) row.size() * row.used(), "Memory of Java objects."));
        all.add(gauge("pgsluice_prepared_statements", memory("prepared_statement_cache"), LabelSet.none(), MemRow::used,
                "Different prepared statements that clients have."));
        return all;
    }

    private static List<Family> reactors() {
        return List.of(
                gauge("pgsluice_reactor_clients", REACTORS, REACTOR, ReactorRow::clients, "Clients that live on the reactor."),
                gauge("pgsluice_reactor_servers", REACTORS, REACTOR, ReactorRow::servers, "Servers that are attached to it."),
                gauge("pgsluice_reactor_waiting_clients", REACTORS, REACTOR, ReactorRow::waiting, "Its clients that wait for a server."),
                counter("pgsluice_reactor_steals_total", REACTORS, REACTOR, ReactorRow::steals, "Idle servers that it took from another reactor."),
                counter("pgsluice_reactor_lock_waits_total", REACTORS, REACTOR, ReactorRow::lockWaits, "How often its thread blocked on a lock."),
                counter("pgsluice_reactor_cpu_seconds_total", REACTORS, REACTOR, row -> row.cpuMicros() / MICROS, "CPU time of its thread."),
                gauge("pgsluice_reactor_longest_turn_seconds", REACTORS, REACTOR, row -> row.longestTurnMicros() / MICROS,
                        "The longest turn of its loop in the last one to two minutes."));
    }

    /** One of those that differ in their words alone: a series is there once. */
    private static List<AdviceRow> distinct(List<AdviceRow> rows) {
        Map<List<String>, AdviceRow> distinct = new LinkedHashMap<>();
        for (AdviceRow row : rows) {
            distinct.putIfAbsent(List.of(row.severity().word(), row.rule(), String.valueOf(row.database()), String.valueOf(row.user()), row.setting()), row);
        }
        return List.copyOf(distinct.values());
    }

    private static boolean isCancel(ClosingRow row) {
        return row.reason().label().startsWith(CANCEL);
    }

    private static String side(ClosingRow row) {
        return row.ofServers() ? "server" : "client";
    }

    private static double ready(Readiness now) {
        return now.accepting() && !now.shuttingDown() && !now.handingOver() && now.state() == PoolerState.ACTIVE ? 1 : 0;
    }

    private static Source<MemRow> memory(String name) {
        return Source.of(Part.MEM, rows -> rows.stream().filter(row -> row.name().equals(name)).toList());
    }

    private record Host(String name, int port, String database, long servers) {}

    private static List<Host> hosts(List<SocketRow> servers) {
        Map<Host, Long> counts = new TreeMap<>(Comparator.comparing(Host::name).thenComparingInt(Host::port).thenComparing(Host::database));
        for (SocketRow server : servers) {
            counts.merge(new Host(server.address(), server.port(), server.database() == null ? "" : server.database(), 0), 1L, Long::sum);
        }
        List<Host> hosts = new ArrayList<>();
        counts.forEach((host, count) -> hosts.add(new Host(host.name(), host.port(), host.database(), count)));
        return hosts;
    }

    private record Pins(String database, String user, long servers) {}

    private static List<Pins> pins(List<PinRow> rows) {
        Map<List<String>, Long> counts = new TreeMap<>(Comparator.comparing(List<String>::toString));
        for (PinRow row : rows) {
            counts.merge(List.of(row.database(), row.user()), 1L, Long::sum);
        }
        List<Pins> pins = new ArrayList<>();
        counts.forEach((pool, count) -> pins.add(new Pins(pool.get(0), pool.get(1), count)));
        return pins;
    }
}
