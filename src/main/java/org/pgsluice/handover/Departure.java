package org.pgsluice.handover;

import java.util.List;
import org.pgsluice.client.ClientHandover;
import org.pgsluice.client.ClientSession;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.log.Log;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ServerState;
import org.pgsluice.pooler.Census;
import org.pgsluice.pooler.Handover;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerHandover;
import org.pgsluice.server.ServerSession;

/**
 * Online restart, on the side of the old process, once the new one has all that can be handed over. If that is everybody, the process ends without touching a
 * socket. Otherwise it gives up what the new one has and goes on with the rest: with clients under TLS or with a server under TLS, whose keys are here alone,
 * with those that replicate, and with those whose state is in doubt. It listens no more, and ends with the last of them. On the first reactor.
 */
public final class Departure {
    private static final long LOOK_NANOS = 333_000_000L;

    private final Pooler pooler;
    private final Handover handover;
    private final Log log;
    private final Runnable leavePlace;
    private boolean begun;
    private long since;

    /** @param leavePlace what makes room for the new process: nothing of this one says any more that it is the one that serves */
    public Departure(Pooler pooler, Runnable leavePlace) {
        this.pooler = pooler;
        this.handover = pooler.handover();
        this.log = pooler.commons().log();
        this.leavePlace = leavePlace;
    }

    /** While everything is suspended and another process has been shown, and given, what it can have. */
    public void begin() {
        if (begun) {
            pooler.shutdown().now();
            return;
        }
        begun = true;
        Census.take(pooler, "hand-over", this::countStaying, staying -> {
            if (staying == 0) {
                pooler.shutdown().now();
            } else {
                Census.take(pooler, "hand-over", this::part, _ -> stay(staying));
            }
        });
    }

    private int countStaying(Lane lane) {
        int staying = 0;
        for (ClientSession client : pooler.sessions().clients(lane)) {
            staying += stays(client) ? 1 : 0;
        }
        return staying;
    }

    private boolean stays(ClientSession client) {
        return !client.isClosed() && client.console() == null && !client.midLogin() && !client.fresh() && !isPassed(client);
    }

    private boolean isPassed(ClientSession client) {
        return handover.passed(client.wire().passable());
    }

    /** Gives up what the other process has, and names those who stay. Returns 0. */
    private int part(Lane lane) {
        for (ClientSession client : pooler.sessions().clients(lane)) {
            if (client.isClosed() || client.console() != null) {
                continue;
            }
            if (isPassed(client)) {
                ClientHandover.leave(client);
            } else if (stays(client)) {
                client.log(Level.LOG, "stays with the old process: " + why(client));
            } else {
                client.fail(CloseReason.POOLER_SHUTTING_DOWN);
            }
        }
        for (ServerSession server : pooler.sessions().servers(lane)) {
            boolean unused = server.state() == ServerState.IDLE || server.state() == ServerState.USED;
            if (unused && isPassed(server) && pooler.books().claimUnused(server, lane.index())) {
                ServerHandover.leave(server);
            }
        }
        return 0;
    }

    private boolean isPassed(ServerSession server) {
        return server.wire() != null && handover.passed(server.wire().passable());
    }

    private static String why(ClientSession client) {
        if (!client.connection().encryption().isEmpty()) {
            return "it is under TLS";
        }
        if (client.replication() != null) {
            return "it replicates";
        }
        if (client.link() != null && client.link().listens()) {
            return "it listens";
        }
        ServerSession server = client.link() == null ? null : client.link().server();
        boolean secret = server != null && server.wire() != null && !server.wire().connection().encryption().isEmpty();
        return secret ? "its server is under TLS" : "it is not ready to be handed over";
    }

    /** The other process goes on as soon as our consoles have gone, so that comes last. */
    private void stay(int staying) {
        since = pooler.main().nanoTime();
        log.info("another process goes on in this one's place; " + staying + " connections stay here until they end");
        pooler.listeners().letGo();
        leavePlace.run();
        pooler.shutdown().linger();
        pooler.resume();
        for (Lane lane : pooler.lanes()) {
            pooler.onLane(lane, () -> {
                for (ClientSession client : pooler.sessions().clients(lane)) {
                    if (client.console() != null) {
                        client.close(CloseReason.HANDED_OVER);
                    }
                }
            });
        }
        pooler.main().schedule(LOOK_NANOS, this::look);
    }

    private void look() {
        try {
            List<ClientSession> left = pooler.sessions().clients();
            long most = pooler.books().config().nanos(Settings.HANDOVER_TIMEOUT);
            if (left.isEmpty()) {
                log.info("the last connection that stayed has gone, exiting");
                pooler.shutdown().now();
            } else if (most > 0 && pooler.main().nanoTime() - since >= most) {
                log.info("handover_timeout: closing " + left.size() + " connections that stayed");
                left.forEach(client -> pooler.onLane(client.lane(), () -> client.fail(CloseReason.HANDOVER_TIMEOUT)));
            }
        } finally {
            pooler.main().schedule(LOOK_NANOS, this::look);
        }
    }
}
