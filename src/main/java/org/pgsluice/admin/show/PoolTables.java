package org.pgsluice.admin.show;

import static org.pgsluice.admin.show.Column.int4;
import static org.pgsluice.admin.show.Column.int8;
import static org.pgsluice.admin.show.Column.text;

import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.AdviceRow;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PeerPoolRow;
import org.pgsluice.admin.view.PeerRow;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.SessionStateRow;
import org.pgsluice.admin.view.UserRow;

/** SHOW POOLS, PEER_POOLS, DATABASES, USERS, PEERS and ADVICE: the pools, what they are made of, and what is wrong with them. */
final class PoolTables {
    static final ShowTable<PoolRow> POOLS = ShowTable.of(
            Part.POOLS,
            text("database", PoolRow::database),
            text("user", PoolRow::user),
            int4("cl_active", PoolRow::clientsActive),
            int4("cl_waiting", PoolRow::clientsWaiting),
            int4("cl_active_cancel_req", PoolRow::clientsActiveCancel),
            int4("cl_waiting_cancel_req", PoolRow::clientsWaitingCancel),
            int4("sv_active", PoolRow::serversActive),
            int4("sv_active_cancel", PoolRow::serversActiveCancel),
            int4("sv_being_canceled", PoolRow::serversBeingCanceled),
            int4("sv_idle", PoolRow::serversIdle),
            int4("sv_used", PoolRow::serversUsed),
            int4("sv_tested", PoolRow::serversTested),
            int4("sv_login", PoolRow::serversLogin),
            int4("maxwait", row -> (int) (row.maxWaitMicros() / 1_000_000)),
            int4("maxwait_us", row -> (int) (row.maxWaitMicros() % 1_000_000)),
            text("pool_mode", PoolRow::poolMode),
            text("load_balance_hosts", PoolRow::loadBalanceHosts));

    static final ShowTable<PeerPoolRow> PEER_POOLS = ShowTable.of(
            Part.PEER_POOLS,
            int4("peer_id", PeerPoolRow::peerId),
            int4("cl_active_cancel_req", PeerPoolRow::clientsActiveCancel),
            int4("cl_waiting_cancel_req", PeerPoolRow::clientsWaitingCancel),
            int4("sv_active_cancel", PeerPoolRow::serversActiveCancel),
            int4("sv_login", PeerPoolRow::serversLogin));

    static final ShowTable<DatabaseRow> DATABASES = ShowTable.of(
            Part.DATABASES,
            text("name", DatabaseRow::name),
            text("host", DatabaseRow::host),
            int4("port", DatabaseRow::port),
            text("database", DatabaseRow::database),
            text("force_user", DatabaseRow::forceUser),
            int4("pool_size", DatabaseRow::poolSize),
            int4("min_pool_size", DatabaseRow::minPoolSize),
            int4("reserve_pool_size", DatabaseRow::reservePoolSize),
            int4("server_lifetime", DatabaseRow::serverLifetimeSeconds),
            text("pool_mode", DatabaseRow::poolMode),
            text("load_balance_hosts", DatabaseRow::loadBalanceHosts),
            int4("max_connections", DatabaseRow::maxConnections),
            int4("current_connections", DatabaseRow::currentConnections),
            int4("max_client_connections", DatabaseRow::maxClientConnections),
            int4("current_client_connections", DatabaseRow::currentClientConnections),
            int4("paused", row -> row.paused() ? 1 : 0),
            int4("disabled", row -> row.disabled() ? 1 : 0));

    static final ShowTable<UserRow> USERS = ShowTable.of(
            Part.USERS,
            text("name", UserRow::name),
            text("pool_size", row -> nineWide(row.poolSize())),
            text("reserve_pool_size", row -> nineWide(row.reservePoolSize())),
            text("pool_mode", UserRow::poolMode),
            int4("max_user_connections", UserRow::maxUserConnections),
            int4("current_connections", UserRow::currentConnections),
            int4("max_user_client_connections", UserRow::maxUserClientConnections),
            int4("current_client_connections", UserRow::currentClientConnections));

    static final ShowTable<PeerRow> PEERS = ShowTable.of(
            Part.PEERS,
            int4("peer_id", PeerRow::peerId),
            text("host", PeerRow::host),
            int4("port", PeerRow::port),
            int4("pool_size", PeerRow::poolSize));

    /** Not in PgBouncer. */
    static final ShowTable<AdviceRow> ADVICE = ShowTable.of(
            Part.ADVICE,
            text("severity", row -> row.severity().word()),
            text("database", AdviceRow::database),
            text("user", AdviceRow::user),
            text("rule", AdviceRow::rule),
            int8("measured", AdviceRow::measured),
            text("finding", AdviceRow::finding),
            text("setting", AdviceRow::setting),
            text("remedy", AdviceRow::remedy));

    /** Not in PgBouncer, which asks nobody. */
    static final ShowTable<SessionStateRow> SESSION_STATE = ShowTable.of(
            Part.SESSION_STATE,
            text("database", SessionStateRow::database),
            text("user", SessionStateRow::user),
            text("session_state", SessionStateRow::mode),
            int8("questions", SessionStateRow::questions),
            int8("audits", SessionStateRow::audits),
            int8("leaks", SessionStateRow::leaks),
            int8("refusals", SessionStateRow::refusals),
            int8("pins_lock", row -> row.pins().get(0)),
            int8("pins_temporary", row -> row.pins().get(1)),
            int8("pins_cursor", row -> row.pins().get(2)),
            int8("pins_prepared", row -> row.pins().get(3)),
            int8("pins_setting", row -> row.pins().get(4)),
            int8("pins_sequence", row -> row.pins().get(5)),
            int8("pins_unknown", row -> row.pins().get(6)),
            int8("pins_library", row -> row.pins().get(7)));

    private PoolTables() {}

    /** PgBouncer shows these numbers as texts, right-aligned. */
    private static String nineWide(@Nullable Integer value) {
        if (value == null) {
            return "";
        }
        String digits = value.toString();
        return " ".repeat(Math.max(0, 9 - digits.length())) + digits;
    }
}
