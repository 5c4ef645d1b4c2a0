package org.pgsluice.admin.show;

import org.jspecify.annotations.Nullable;
import org.pgsluice.config.ConsoleVersion;

/** Finds the table of a SHOW by its name. The tables live in classes of their own, so that the first SHOW VERSION does not build them all. */
public final class ShowTables {
    private ShowTables() {}

    /** The table of SHOW {@code name}, in lower case, with the columns of {@code version}; null when there is none. */
    public static @Nullable ShowTable<?> find(String name, ConsoleVersion version) {
        return switch (name) {
            case "clients" -> SocketTables.CLIENTS;
            case "servers" -> SocketTables.SERVERS;
            case "sockets" -> SocketTables.SOCKETS;
            case "active_sockets" -> SocketTables.ACTIVE_SOCKETS;
            case "pools" -> PoolTables.POOLS;
            case "peer_pools" -> PoolTables.PEER_POOLS;
            case "databases" -> PoolTables.DATABASES;
            case "users" -> PoolTables.USERS;
            case "peers" -> PoolTables.PEERS;
            case "stats" -> StatsTables.of(version).stats();
            case "stats_totals" -> StatsTables.of(version).statsTotals();
            case "stats_averages" -> StatsTables.of(version).statsAverages();
            case "totals" -> StatsTables.of(version).totals();
            case "config" -> StateTables.CONFIG;
            case "state" -> StateTables.STATE;
            case "lists" -> StateTables.LISTS;
            case "mem" -> StateTables.MEM;
            case "dns_hosts" -> StateTables.DNS_HOSTS;
            case "dns_zones" -> StateTables.DNS_ZONES;
            case "version" -> ShowTable.constant("version", "PgBouncer " + version.number());
            case "fds" -> StateTables.FDS;
            case "advice" -> PoolTables.ADVICE;
            case "pins" -> SocketTables.PINS;
            case "session_state" -> PoolTables.SESSION_STATE;
            case "reactors" -> StateTables.REACTORS;
            case "handover" -> StateTables.HANDOVER;
            default -> pretended(name);
        };
    }

    /** Parameters of a PostgreSQL server that drivers ask for; the first five are PgBouncer's. */
    private static @Nullable ShowTable<?> pretended(String name) {
        String value =
                switch (name) {
                    case "client_encoding" -> "UTF-8";
                    case "default_transaction_isolation" -> "read committed";
                    case "standard_conforming_strings" -> "on";
                    case "datestyle" -> "ISO";
                    case "timezone" -> "GMT";
                    case "transaction_isolation" -> "read committed";
                    case "transaction_read_only", "default_transaction_read_only", "in_hot_standby" -> "off";
                    case "server_encoding" -> "UTF8";
                    default -> null;
                };
        return value == null ? null : ShowTable.constant(name, value);
    }
}
