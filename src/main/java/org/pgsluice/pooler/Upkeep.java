package org.pgsluice.pooler;

import java.util.function.BooleanSupplier;
import org.pgsluice.cancel.CancelJob;
import org.pgsluice.client.ClientSession;
import org.pgsluice.client.Link;
import org.pgsluice.client.LinkTimes;
import org.pgsluice.config.Config;
import org.pgsluice.config.PoolMode;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.net.ThreadedReactor;
import org.pgsluice.notify.Hubs;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.ClientState;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.ReplicationRequest;
import org.pgsluice.pool.ServerState;
import org.pgsluice.pool.User;
import org.pgsluice.server.Inquiry;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.server.Tuning;

/**
 * What has to be looked at now and then on one reactor: timeouts of its clients, age and idleness of its servers. On that reactor, three times a second, and
 * once a second while nothing happens there.
 */
final class Upkeep {
    static final long TICK_NANOS = 333_000_000L;
    private static final long SECOND = 1_000_000_000L;
    /** A look that comes so late comes behind a stop of the whole process; a lazy one may be late by a second. */
    private static final long STOPPED_NANOS = TICK_NANOS + 2 * SECOND;

    private final Lane lane;
    private final Pooler pooler;
    private final Books books;
    private final RecentTurns turns = new RecentTurns();
    private long lastLook;

    Upkeep(Lane lane, Pooler pooler) {
        this.lane = lane;
        this.pooler = pooler;
        this.books = lane.books();
    }

    void start() {
        lastLook = lane.now();
        lane.reactor().schedule(TICK_NANOS, () -> repeat(this::tickInTime));
    }

    /** Looks after the pools, now and from now on; on the first reactor only. */
    void startPools() {
        repeat(this::pools);
    }

    /** Where {@code look} finds that nobody waits for anything but the age of an idle server, the reactor may sleep on. */
    private void repeat(BooleanSupplier look) {
        boolean busy = false;
        try {
            busy = look.getAsBoolean();
        } finally {
            if (busy) {
                lane.reactor().schedule(TICK_NANOS, () -> repeat(look));
            } else {
                lane.reactor().scheduleLazily(TICK_NANOS, () -> repeat(look));
            }
        }
    }

    /**
     * Looks, unless the process was stopped meanwhile (by a signal, with its virtual machine): then what came in that time is read first. Otherwise clients
     * that were busy would be closed as idle, and servers that have answered for their slowness.
     */
    private boolean tickInTime() {
        long now = lane.now();
        boolean stopped = now - lastLook > STOPPED_NANOS;
        lastLook = now;
        if (stopped) {
            lane.commons().log().debug("nothing was looked after for a while: time limits wait for what came meanwhile");
        }
        return stopped || tick();
    }

    /** Looks once. Returns whether there is anybody whose time runs: a client that waits, a server that is not idle. */
    boolean tick() {
        longestTurn();
        if (lane.index() == 0) {
            pooler.waits().goOn();
        }
        if (books.pauseMode() == PauseMode.SUSPEND) {
            return true;
        }
        Config config = books.config();
        long now = lane.now();
        boolean busy = false;
        for (ServerSession server : pooler.sessions().servers(lane)) {
            busy |= server.state() != ServerState.IDLE && server.state() != ServerState.USED;
            inspect(server, config, now);
        }
        if (lane.commons().tuning().clientIdleTimeouts || pooler.sessions().clients(lane).size() > books.inventory().activeClients(lane.index())) {
            lookAtClients(config, now);
            return true;
        }
        return busy;
    }

    /** How long the longest turn of the last minute or two took, in nanoseconds; 0 where the reactor has no thread of its own. */
    long longestTurn() {
        if (lane.reactor() instanceof ThreadedReactor threaded) {
            turns.note(threaded.takeLongestTurn(), lane.now());
        }
        return turns.longest(lane.now());
    }

    /**
     * Those with a server are looked at together with it, and those without have nothing to wait for but {@code client_idle_timeout}: while everybody is idle
     * this is not done, since thousands of sessions a tick would be most of what an idle pooler costs.
     */
    private void lookAtClients(Config config, long now) {
        for (ClientSession client : pooler.sessions().clients(lane)) {
            if (!client.isClosed() && client.console() == null) {
                inspect(client, config, now);
            }
        }
    }

    // ---------------------------------------------------------------- servers

    private void inspect(ServerSession server, Config config, long now) {
        switch (server.state()) {
            case LOGIN -> {
                long timeout = lane.commons().tuning().connectTimeoutNanos;
                if (timeout > 0 && now - server.openedNanos() > timeout) {
                    server.close(server.facts().dialling() ? CloseReason.SERVER_CONNECT_FAILED : CloseReason.SERVER_CONNECT_TIMEOUT);
                } else if (paused(server.pool())) {
                    server.dismiss(CloseReason.SERVER_PAUSED);
                }
            }
            case IDLE, USED -> unused(server, config, now);
            case ACTIVE -> {
                boolean keptForLong = server.mode(config) == PoolMode.SESSION;
                if (server.dedicated() != null && server.closeNeeded()) {
                    // It may stay for ever.
                    server.close(CloseReason.SERVER_CONFIG_CHANGED);
                } else if (keptForLong && config.on(Settings.SERVER_FAST_CLOSE) && server.closeNeeded() && server.facts().betweenRequests()) {
                    server.close(CloseReason.SERVER_CONFIG_CHANGED);
                } else if (Hubs.listens(server)) {
                    listener(server, now);
                } else if (!endOverdue(server, now) && server.client() instanceof ClientSession client && client.link() != null
                        && client.link().server() == server) {
                    linked(server, client, client.link().times(), config, now);
                }
            }
            case TESTED -> endOverdue(server, now);
            case BEING_CANCELED, ACTIVE_CANCEL, CLOSING, CLOSED -> {}
        }
    }

    /** A server that listens for all clients of its pool stays in use as long as it may; {@code server_lifetime} does not end it. */
    private void listener(ServerSession server, long now) {
        CloseReason reason = server.closeNeeded() ? CloseReason.SERVER_CONFIG_CHANGED : paused(server.pool()) ? CloseReason.SERVER_PAUSED
                : pooler.shutdown().waitsForServers() ? CloseReason.SERVER_SHUTTING_DOWN : null;
        if (!endOverdue(server, now)) {
            Hubs.lookAfter(server, reason);
        }
    }

    /** Closes a server that does not answer a query of ours; whether it did. */
    private boolean endOverdue(ServerSession server, long now) {
        long timeout = lane.commons().tuning().connectTimeoutNanos;
        CloseReason reason = timeout > 0 ? server.facts().ownQueryOverdue(now, timeout) : null;
        if (reason != null) {
            server.close(reason);
        }
        return reason != null;
    }

    private void unused(ServerSession server, Config config, long now) {
        Pool pool = server.pool();
        Tuning tuning = lane.commons().tuning();
        long idle = now - server.usedNanos();
        long idleTimeout = config.nanos(Settings.SERVER_IDLE_TIMEOUT);
        if (server.closeNeeded()) {
            closeUnused(server, CloseReason.SERVER_CONFIG_CHANGED);
        } else if (idleTimeout > 0 && idle > idleTimeout && books.inventory().mayShrink(pool)) {
            closeUnused(server, CloseReason.SERVER_IDLE_TIMEOUT);
        } else if (idle >= TICK_NANOS && books.lifetimeOver(server, now)) {
            // One that has just come back was looked at then; closing it under a client that is about to ask would only cost a login.
            books.closedForAge(pool, now);
            closeUnused(server, CloseReason.SERVER_LIFETIME_OVER);
        } else if (paused(pool)) {
            closeUnused(server, CloseReason.SERVER_PAUSED);
        } else if (books.inventory().surplus(pool) > 0) {
            closeUnused(server, CloseReason.SERVER_SURPLUS);
        } else if (server.state() == ServerState.IDLE && tuning.checks && idle > tuning.checkDelayNanos) {
            books.toBeChecked(server, lane.index());
        }
    }

    private void closeUnused(ServerSession server, CloseReason reason) {
        if (books.claimUnused(server, lane.index())) {
            server.close(reason);
        }
    }

    private boolean paused(Pool pool) {
        return books.pauseMode() == PauseMode.PAUSE || pool.database().paused();
    }

    // ---------------------------------------------------------------- clients

    private void inspect(ClientSession client, Config config, long now) {
        ClientState state = client.state();
        long loginTimeout = lane.commons().tuning().clientLoginTimeoutNanos;
        switch (state) {
            case LOGIN -> {
                if (loginTimeout > 0 && now - client.connectedNanos() > loginTimeout) {
                    client.fail(CloseReason.CLIENT_LOGIN_TIMEOUT);
                }
            }
            case WAITING_WELCOME -> {
                // It has asked nothing yet; PgBouncer's query_timeout ends this wait too, and its users count on it.
                long queryTimeout = config.nanos(Settings.QUERY_TIMEOUT);
                if (queryTimeout > 0 && now - client.requestNanos() > queryTimeout) {
                    client.failWaiting(CloseReason.QUERY_TIMEOUT_WAITING);
                } else if (!waitsTooLong(client, config, now) && loginTimeout > 0 && now - client.connectedNanos() > loginTimeout) {
                    client.failWaiting(CloseReason.CLIENT_LOGIN_TIMEOUT_SERVER_DOWN);
                }
            }
            case WAITING_REPLICATION -> {
                if (!waitsTooLong(client, config, now) && loginTimeout > 0 && now - client.connectedNanos() > loginTimeout) {
                    client.failWaiting(CloseReason.CLIENT_LOGIN_TIMEOUT_SERVER_DOWN);
                }
            }
            case WAITING -> {
                if (!waitsTooLong(client, config, now)) {
                    int notify = config.integer(Settings.QUERY_WAIT_NOTIFY);
                    if (notify > 0 && client.waitSinceNanos() != 0 && now - client.waitSinceNanos() > notify * SECOND) {
                        client.notifyOfWait();
                    }
                }
            }
            case ACTIVE -> withoutServer(client, config, now);
            case WAITING_CANCEL -> {
                long timeout = config.nanos(Settings.CANCEL_WAIT_TIMEOUT);
                if (timeout > 0 && now - client.requestNanos() > timeout) {
                    client.close(CloseReason.CANCEL_WAIT_TIMEOUT);
                }
            }
            case ACTIVE_CANCEL, CLOSED -> {}
        }
    }

    /** Ends the wait of a client that has waited for too long; whether it did. */
    private boolean waitsTooLong(ClientSession client, Config config, long now) {
        Link link = client.link();
        long since = link != null && client.waitSinceNanos() != 0 ? client.waitSinceNanos() : client.requestNanos();
        long age = now - since;
        User user = client.user();
        Database database = client.database();
        long waitTimeout = user == null || database == null ? config.nanos(Settings.QUERY_WAIT_TIMEOUT) : user.queryWaitTimeoutNanos(config, database);
        if (pooler.shutdown().waitsForServers()) {
            client.fail(CloseReason.SERVER_SHUTTING_DOWN);
        } else if (waitTimeout > 0 && age > waitTimeout) {
            client.failWaiting(CloseReason.QUERY_WAIT_TIMEOUT);
        } else {
            return false;
        }
        return true;
    }

    private void withoutServer(ClientSession client, Config config, long now) {
        Link link = client.link();
        User user = client.user();
        if (link == null || user == null || link.server() != null) {
            return;
        }
        long timeout = user.clientIdleTimeoutNanos(config);
        long since = Math.max(client.requestNanos(), link.times().answeredAt());
        if (timeout > 0 && now - since > timeout && link.times().queryStart() == 0) {
            client.fail(CloseReason.CLIENT_IDLE_TIMEOUT);
        }
    }

    /**
     * A client and the server that it has. The limits of the user that the servers log in as count, as in PgBouncer. The wait for the server does not, nor what
     * was sent in one write before it, nor the time up to the last data of a COPY or a message that the client still sends.
     */
    private static void linked(ServerSession server, ClientSession client, LinkTimes times, Config config, long now) {
        ReplicationRequest replication = client.replication();
        if (server.ledger().streams() || replication != null && replication.physical()) {
            return; // replication has no end, and a base backup takes its time
        }
        User user = server.pool().user();
        long query = user.queryTimeoutNanos(config);
        long idle = user.idleTransactionTimeoutNanos(config);
        long transaction = user.transactionTimeoutNanos(config);
        boolean uploads = server.ledger().copyIn() || client.link() != null && client.link().midRequest();
        long lastData = uploads ? client.requestNanos() : Math.max(times.queryStart(), times.answeredAt());
        pinned(server, client, times, config, now);
        if (query > 0 && times.queryStart() != 0 && now - Math.max(server.usedNanos(), lastData) > query) {
            CancelJob.beforeClose(server, server.lane());
            server.close(CloseReason.QUERY_TIMEOUT);
        } else if (idle > 0 && times.idleInTransactionSince() != 0 && now - Math.max(client.requestNanos(), times.idleInTransactionSince()) > idle) {
            server.close(CloseReason.IDLE_TRANSACTION_TIMEOUT);
        } else if (transaction > 0 && times.transactionStart() != 0 && now - Math.max(server.usedNanos(), times.transactionSince()) > transaction) {
            if (times.queryStart() != 0) {
                CancelJob.beforeClose(server, server.lane());
            }
            server.close(CloseReason.TRANSACTION_TIMEOUT);
        }
    }

    /** A server that stays with its client for what the session has: says so when it is for long, and ends it when the client has forgotten it. */
    private static void pinned(ServerSession server, ClientSession client, LinkTimes times, Config config, long now) {
        Inquiry inquiry = server.inquiry();
        if (inquiry.pinnedNanos() == 0) {
            return;
        }
        if (inquiry.isKeptForSequences()) {
            if (now - inquiry.pinnedNanos() > SECOND && server.facts().betweenRequests() && client.link() != null) {
                inquiry.endKeeping(true);
                client.link().partIfDone();
            }
            return;
        }
        if (inquiry.isToBeTold(now)) {
            client.log(Level.LOG, "keeps server " + Long.toHexString(server.id()) + " for its session: " + inquiry.reasons()
                    + " (statement " + Integer.toHexString(inquiry.pinningHash()) + ")");
        }
        long timeout = config.nanos(Settings.PINNED_IDLE_TIMEOUT);
        long since = Math.max(client.requestNanos(), times.answeredAt());
        if (timeout > 0 && now - since > timeout && times.queryStart() == 0 && server.facts().betweenRequests()) {
            client.fail(CloseReason.PINNED_IDLE_TIMEOUT);
        }
    }

    // ---------------------------------------------------------------- pools

    /** The pools' own upkeep. Returns whether anybody waits for it. */
    private boolean pools() {
        if (books.pauseMode() == PauseMode.SUSPEND) {
            return true;
        }
        boolean waitedFor = false;
        Registry registry = books.registry();
        Config config = books.config();
        long now = lane.now();
        if (books.pauseMode() == PauseMode.NONE) {
            for (Database database : registry.databases()) {
                String forced = database.forcedUser();
                if (forced != null && database.minPoolSize(config) > 0 && !database.removed() && !database.name().equals(Registry.CONSOLE)) {
                    registry.pool(database, registry.user(forced), now);
                }
            }
        }
        long idleTimeout = config.nanos(Settings.POOL_IDLE_TIMEOUT);
        for (Pool pool : registry.pools()) {
            if (pool.database().name().equals(Registry.CONSOLE)) {
                continue;
            }
            boolean removed = pool.database().removed();
            if (removed && registry.removePool(pool)) {
                continue;
            }
            lane.grow(pool);
            waitedFor |= books.inventory().isWaitedFor(pool);
            if (!removed && !pooler.shutdown().inProgress()) {
                lane.topUp(pool);
            }
            long unused = now - books.inventory().unusedSince(pool, now);
            boolean kept = pool.database().forcedUser() != null && pool.database().minPoolSize(config) > 0;
            if (idleTimeout > 0 && !kept && unused > idleTimeout && registry.removePool(pool)) {
                lane.commons().log().info("cleaning up idle pool for user " + pool.user().name() + " on db " + pool.database().name()
                        + " because: pool idle timeout (age= " + unused / SECOND + "s)");
            }
        }
        automatic(config.nanos(Settings.AUTODB_IDLE_TIMEOUT), now);
        return waitedFor;
    }

    private void automatic(long timeout, long now) {
        for (Database database : books.registry().databases()) {
            long most = books.registry().isProvisional(database) ? 1 : timeout;
            boolean over = most > 0 && database.automatic() && !database.paused() && books.inventory().emptyFor(database, now) > most;
            if (over || (database.removed() && books.inventory().emptyFor(database, now) > 0)) {
                books.registry().removeDatabase(database);
            }
        }
    }
}
