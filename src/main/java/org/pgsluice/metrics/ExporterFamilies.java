package org.pgsluice.metrics;

import static org.pgsluice.metrics.NumberFamily.counter;
import static org.pgsluice.metrics.NumberFamily.gauge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.ConfigRow;
import org.pgsluice.admin.view.Counts;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.ListCounts;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.StatsRow;
import org.pgsluice.config.Settings;

/** What pgbouncer_exporter makes of SHOW DATABASES, STATS_TOTALS, POOLS, LISTS, CONFIG, CLIENTS and VERSION, under its names, with its labels and units. */
final class ExporterFamilies {
    private static final double MICROS = 1e6;
    /** Clients choose their application_name; beyond so many groups a scrape tells them apart no longer. */
    private static final int MOST_GROUPS = 1_000;

    private static final Source<DatabaseRow> DATABASES = Source.of(Part.DATABASES);
    private static final LabelSet<DatabaseRow> DATABASE = LabelSet.of("name", DatabaseRow::name)
            .and("host", DatabaseRow::host)
            .and("port", row -> Integer.toString(row.port()))
            .and("database", DatabaseRow::database)
            .and("force_user", DatabaseRow::forceUser)
            .and("pool_mode", DatabaseRow::poolMode);
    private static final Source<PoolRow> POOLS = Source.of(Part.POOLS);
    private static final LabelSet<PoolRow> POOL = LabelSet.of("database", PoolRow::database).and("user", PoolRow::user);
    private static final Source<ListCounts> LISTS = Source.of(Part.LISTS);

    private ExporterFamilies() {}

    static List<Family> all() {
        List<Family> all = new ArrayList<>();
        all.add(gauge("pgbouncer_up", Source.of(Part.VERSION), LabelSet.none(), _ -> 1, "Always 1, as long as there is an answer."));
        all.add(gauge("pgbouncer_version_info", Source.of(Part.VERSION), LabelSet.of("version", version -> version), _ -> 1,
                "Always 1; the label has the version of PgBouncer whose console this is."));
        all.addAll(databases());
        all.addAll(stats());
        all.addAll(pools());
        all.addAll(lists());
        all.addAll(settings());
        all.add(gauge("pgbouncer_client_connections", Source.of(Part.CLIENTS, ExporterFamilies::groups),
                LabelSet.of("database", Group::database).and("user", Group::user).and("application_name", Group::application).and("state", Group::state),
                group -> group.count()[0], "Clients by database, user, application_name and state."));
        return all;
    }

    private static List<Family> databases() {
        return List.of(
                gauge("pgbouncer_databases_pool_size", DATABASES, DATABASE, DatabaseRow::poolSize, "Most servers of one pool of the database."),
                gauge("pgbouncer_databases_reserve_pool", DATABASES, DATABASE, DatabaseRow::reservePoolSize,
                        "How many more a pool may have when a client has waited for reserve_pool_timeout."),
                gauge("pgbouncer_databases_max_connections", DATABASES, DATABASE, DatabaseRow::maxConnections,
                        "Most servers of all pools of the database; 0 no limit."),
                gauge("pgbouncer_databases_current_connections", DATABASES, DATABASE, DatabaseRow::currentConnections, "Servers of the database."),
                gauge("pgbouncer_databases_paused", DATABASES, DATABASE, row -> row.paused() ? 1 : 0, "Whether the database is paused."),
                gauge("pgbouncer_databases_disabled", DATABASES, DATABASE, row -> row.disabled() ? 1 : 0, "Whether the database takes no new clients."));
    }

    /** Since 0.11 pgbouncer_exporter has another prefix for what it already had; dashboards were made for either. */
    private static List<Family> stats() {
        List<Family> all = new ArrayList<>();
        for (String prefix : List.of("pgbouncer_stats_totals_", "pgbouncer_stats_")) {
            all.add(count(prefix + "sql_transactions_pooled", Counts::xacts, "Transactions."));
            all.add(count(prefix + "queries_pooled", Counts::queries, "Queries."));
            all.add(count(prefix + "received_bytes", Counts::clientBytes, "Bytes from clients."));
            all.add(count(prefix + "sent_bytes", Counts::serverBytes, "Bytes from servers."));
            all.add(seconds(prefix + "server_in_transaction_seconds", Counts::xactTime, "Time in transactions."));
            all.add(seconds(prefix + "queries_duration_seconds", Counts::queryTime, "Time of queries."));
            all.add(seconds(prefix + "client_wait_seconds", Counts::waitTime, "Time that clients waited for a server."));
        }
        all.add(count("pgbouncer_stats_totals_server_assignments", Counts::serverAssignments, "How often a server was given to a client."));
        all.add(count("pgbouncer_stats_totals_client_parses", Counts::clientParses, "Prepared statements that clients made."));
        all.add(count("pgbouncer_stats_totals_server_parses", Counts::serverParses, "Prepared statements that were made at servers."));
        all.add(count("pgbouncer_stats_totals_binds", Counts::binds, "Prepared statements that were bound."));
        return all;
    }

    private static Family count(String name, ToLongFunction<Counts> value, String help) {
        return counter(name + "_total", Source.of(Part.STATS), LabelSet.of("database", StatsRow::database), row -> value.applyAsLong(row.total()), help);
    }

    private static Family seconds(String name, ToLongFunction<Counts> micros, String help) {
        return counter(name + "_total", Source.of(Part.STATS), LabelSet.of("database", StatsRow::database), row -> micros.applyAsLong(row.total()) / MICROS,
                help);
    }

    private static List<Family> pools() {
        return List.of(
                gauge("pgbouncer_pools_client_active_connections", POOLS, POOL, PoolRow::clientsActive, "Clients that have a server or need none now."),
                gauge("pgbouncer_pools_client_waiting_connections", POOLS, POOL, PoolRow::clientsWaiting, "Clients that wait for a server."),
                gauge("pgbouncer_pools_client_active_cancel_connections", POOLS, POOL, PoolRow::clientsActiveCancel,
                        "Cancel requests that are on their way to a server."),
                gauge("pgbouncer_pools_client_waiting_cancel_connections", POOLS, POOL, PoolRow::clientsWaitingCancel, "Cancel requests that wait."),
                gauge("pgbouncer_pools_server_active_connections", POOLS, POOL, PoolRow::serversActive, "Servers that clients have."),
                gauge("pgbouncer_pools_server_active_cancel_connections", POOLS, POOL, PoolRow::serversActiveCancel,
                        "Connections that carry a cancel request to a server."),
                gauge("pgbouncer_pools_server_being_canceled_connections", POOLS, POOL, PoolRow::serversBeingCanceled,
                        "Servers that wait for the end of cancel requests that concern them."),
                gauge("pgbouncer_pools_server_idle_connections", POOLS, POOL, PoolRow::serversIdle, "Servers that can be given to a client at once."),
                gauge("pgbouncer_pools_server_used_connections", POOLS, POOL, PoolRow::serversUsed, "Servers that are checked before their next use."),
                gauge("pgbouncer_pools_server_testing_connections", POOLS, POOL, PoolRow::serversTested, "Servers that are checked or reset now."),
                gauge("pgbouncer_pools_server_login_connections", POOLS, POOL, PoolRow::serversLogin, "Servers that are logging in."),
                gauge("pgbouncer_pools_client_maxwait_seconds", POOLS, POOL, row -> row.maxWaitMicros() / MICROS,
                        "For how long the client that waits longest has waited."));
    }

    private static List<Family> lists() {
        return List.of(
                list("databases", ListCounts::databases, "Databases."),
                list("users", ListCounts::users, "Users."),
                list("pools", ListCounts::pools, "Pools."),
                list("free_clients", ListCounts::freeClients, "Memory kept for clients to come, in clients."),
                list("used_clients", ListCounts::usedClients, "Clients."),
                list("login_clients", ListCounts::loginClients, "Clients that are logging in."),
                list("free_servers", ListCounts::freeServers, "Memory kept for servers to come, in servers."),
                list("used_servers", ListCounts::usedServers, "Servers."),
                list("cached_dns_names", ListCounts::dnsNames, "Host names whose addresses are known."),
                list("cached_dns_zones", ListCounts::dnsZones, "DNS zones that are watched."),
                list("in_flight_dns_queries", ListCounts::dnsQueries, "Questions to name servers that are under way."));
    }

    private static Family list(String name, ToLongFunction<ListCounts> value, String help) {
        return gauge("pgbouncer_" + name, LISTS, LabelSet.none(), row -> value.applyAsLong(row), help);
    }

    private static List<Family> settings() {
        return List.of(
                setting("max_client_connections", Settings.MAX_CLIENT_CONN.name(), "The setting max_client_conn."),
                setting("max_user_connections", Settings.MAX_USER_CONNECTIONS.name(), "The setting max_user_connections."));
    }

    private static Family setting(String name, String key, String help) {
        Source<ConfigRow> row = Source.of(Part.CONFIG, rows -> rows.stream().filter(each -> each.key().equals(key)).toList());
        return gauge("pgbouncer_config_" + name, row, LabelSet.none(), each -> number(each.value()), help);
    }

    private static double number(@Nullable String value) {
        return value == null ? Double.NaN : Double.parseDouble(value);
    }

    /** Clients that are alike. */
    private record Group(String database, String user, String application, String state, int[] count) {}

    private static List<Group> groups(List<SocketRow> clients) {
        Map<List<String>, Group> groups = new LinkedHashMap<>();
        for (SocketRow client : clients) {
            if (client.database() != null && client.user() != null) {
                String database = client.database();
                String user = client.user();
                String state = client.word();
                String application = groups.size() < MOST_GROUPS || groups.containsKey(List.of(database, user, client.applicationName(), state))
                        ? client.applicationName() : "";
                groups.computeIfAbsent(List.of(database, user, application, state), _ -> new Group(database, user, application, state, new int[1]))
                        .count()[0]++;
            }
        }
        return List.copyOf(groups.values());
    }
}
