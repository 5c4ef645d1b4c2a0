package org.pgsluice.admin.show;

import static org.pgsluice.admin.show.Column.bytea;
import static org.pgsluice.admin.show.Column.clampedInt4;
import static org.pgsluice.admin.show.Column.int4;
import static org.pgsluice.admin.show.Column.int8;
import static org.pgsluice.admin.show.Column.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.pgsluice.admin.view.ConfigRow;
import org.pgsluice.admin.view.DnsHostRow;
import org.pgsluice.admin.view.DnsZoneRow;
import org.pgsluice.admin.view.FdRow;
import org.pgsluice.admin.view.ListCounts;
import org.pgsluice.admin.view.MemRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.admin.view.Snapshot;

/** SHOW CONFIG, STATE, LISTS, MEM, DNS_HOSTS, DNS_ZONES, FDS, HANDOVER and REACTORS: the pooler as a process. */
final class StateTables {
    static final ShowTable<ConfigRow> CONFIG = ShowTable.of(
            Part.CONFIG,
            text("key", ConfigRow::key),
            text("value", ConfigRow::value),
            text("default", ConfigRow::defaultValue),
            text("changeable", row -> yesNo(row.changeable())));

    static final ShowTable<Flag> STATE =
            ShowTable.of(Set.of(Part.STATE), StateTables::flags, List.of(text("key", Flag::key), text("value", row -> yesNo(row.value()))));

    static final ShowTable<Length> LISTS =
            ShowTable.of(Set.of(Part.LISTS), StateTables::lengths, List.of(text("list", Length::list), int4("items", Length::items)));

    static final ShowTable<MemRow> MEM = ShowTable.of(
            Part.MEM,
            text("name", MemRow::name),
            clampedInt4("size", MemRow::size),
            clampedInt4("used", MemRow::used),
            clampedInt4("free", MemRow::free),
            clampedInt4("memtotal", MemRow::total));

    static final ShowTable<DnsHostRow> DNS_HOSTS = ShowTable.of(
            Part.DNS_HOSTS,
            text("hostname", DnsHostRow::hostname),
            int8("ttl", DnsHostRow::ttlSeconds),
            text("addrs", DnsHostRow::addresses));

    static final ShowTable<DnsZoneRow> DNS_ZONES = ShowTable.of(
            Part.DNS_ZONES,
            text("zonename", DnsZoneRow::zone),
            int8("serial", DnsZoneRow::serial),
            int4("count", DnsZoneRow::count));

    static final ShowTable<FdRow> FDS = ShowTable.of(Set.of(Part.FDS), StateTables::sockets, fdColumns()).withDescriptor(FdRow::fd);

    /** What a process of ours takes over: FDS and behind it the state of the session. */
    static final ShowTable<FdRow> HANDOVER = ShowTable.of(Part.FDS, handoverColumns()).withDescriptor(FdRow::fd);

    /** Not in PgBouncer, which has one thread. */
    static final ShowTable<ReactorRow> REACTORS = ShowTable.of(
            Part.REACTORS,
            int4("reactor", ReactorRow::reactor),
            int4("clients", ReactorRow::clients),
            int4("servers", ReactorRow::servers),
            int4("waiting", ReactorRow::waiting),
            int8("steals", ReactorRow::steals),
            int8("lock_waits", ReactorRow::lockWaits),
            int8("cpu_us", ReactorRow::cpuMicros),
            int8("longest_turn_us", ReactorRow::longestTurnMicros));

    /** PgBouncer knows no sessions without a database. */
    private static List<FdRow> sockets(Snapshot snapshot) {
        return snapshot.rows(Part.FDS).stream().filter(row -> row.database() != null || row.task().equals("pooler")).toList();
    }

    private static List<Column<FdRow>> fdColumns() {
        return List.of(
                int4("fd", FdRow::fd),
                text("task", FdRow::task),
                text("user", FdRow::user),
                text("database", FdRow::database),
                text("addr", FdRow::address),
                int4("port", FdRow::port),
                int8("cancel", FdRow::cancel),
                int4("link", FdRow::link),
                text("client_encoding", FdRow::clientEncoding),
                text("std_strings", FdRow::stdStrings),
                text("datestyle", FdRow::dateStyle),
                text("timezone", FdRow::timeZone),
                text("password", FdRow::password),
                bytea("scram_client_key", FdRow::scramClientKey),
                bytea("scram_server_key", FdRow::scramServerKey));
    }

    private static List<Column<FdRow>> handoverColumns() {
        List<Column<FdRow>> columns = new ArrayList<>(fdColumns());
        columns.add(bytea("state", FdRow::state));
        return List.copyOf(columns);
    }

    private StateTables() {}

    /** One row of SHOW LISTS. */
    record Length(String list, int items) {}

    /** One row of SHOW STATE. */
    record Flag(String key, boolean value) {}

    private static List<Flag> flags(Snapshot snapshot) {
        List<Flag> flags = new ArrayList<>();
        for (PoolerState state : snapshot.rows(Part.STATE)) {
            for (PoolerState each : PoolerState.values()) {
                flags.add(new Flag(each.name().toLowerCase(Locale.ROOT), state == each));
            }
        }
        return flags;
    }

    private static List<Length> lengths(Snapshot snapshot) {
        return snapshot.rows(Part.LISTS).isEmpty() ? List.of() : lengths(snapshot.rows(Part.LISTS).getFirst());
    }

    private static List<Length> lengths(ListCounts counts) {
        return List.of(
                new Length("databases", counts.databases()),
                new Length("users", counts.users()),
                new Length("peers", counts.peers()),
                new Length("pools", counts.pools()),
                new Length("peer_pools", counts.peerPools()),
                new Length("free_clients", counts.freeClients()),
                new Length("used_clients", counts.usedClients()),
                new Length("login_clients", counts.loginClients()),
                new Length("free_servers", counts.freeServers()),
                new Length("used_servers", counts.usedServers()),
                new Length("dns_names", counts.dnsNames()),
                new Length("dns_zones", counts.dnsZones()),
                new Length("dns_queries", counts.dnsQueries()),
                new Length("dns_pending", counts.dnsPending()));
    }

    private static String yesNo(boolean value) {
        return value ? "yes" : "no";
    }
}
