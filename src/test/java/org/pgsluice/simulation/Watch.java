package org.pgsluice.simulation;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pgsluice.client.ClientSession;
import org.pgsluice.client.Link;
import org.pgsluice.pool.BooksAudit;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.PoolCounts;
import org.pgsluice.pool.Registry;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.server.ServerSession;
import org.pgsluice.vars.TrackedNames;

/** What must hold behind every event of a run, and at its end. */
final class Watch {
    private final PoolerRun run;
    private final RunPlan plan;
    private final Pooler pooler;
    private final ScriptedPostgres postgres;
    private final BooksAudit audit;
    private int linesSeen;
    private int cancelledSeen;

    Watch(PoolerRun run, ScriptedPostgres postgres) {
        this.run = run;
        this.plan = run.plan();
        this.pooler = run.pooler();
        this.postgres = postgres;
        this.audit = new BooksAudit(pooler.books(), client -> !(client instanceof ClientSession));
    }

    /** Behind every event. */
    void look() {
        Collection<ServerSession> all = pooler.commons().servers();
        for (String wrong : Arrays.asList(audit.fault(pooler.sessions().clients(), all), audit.growthBeyondLimits(all), audit.handedOverUnderCancel(all),
                audit.passedOver())) {
            if (wrong != null) {
                run.fault("the books: " + wrong);
            }
        }
        if (!postgres.complaints().isEmpty()) {
            run.fault("PostgreSQL complains: " + postgres.complaints().getFirst());
        }
        oneClientEach();
        if (!plan.changes()) {
            servers();
            clients();
        }
        cancels();
        logLines();
    }

    private void oneClientEach() {
        Set<ServerSession> linked = new HashSet<>();
        for (ClientSession client : pooler.sessions().clients()) {
            Link link = client.link();
            ServerSession server = link == null ? null : link.server();
            if (server != null && (!linked.add(server) || server.client() != client)) {
                run.fault(server + " is linked to two clients");
            }
        }
    }

    /** Sessions that the pooler has begun and not closed, against the limits. */
    private void servers() {
        Map<String, Integer> ofPool = new HashMap<>();
        Map<String, Integer> ofDatabase = new HashMap<>();
        Map<String, Integer> ofUser = new HashMap<>();
        for (ScriptedBackend backend : postgres.backends()) {
            if (!backend.user().isEmpty() && backend.isOpenThere()) {
                check(ofPool, backend.database() + "/" + backend.user(), plan.limits().poolSize(backend.database()), "pool size");
                check(ofDatabase, backend.database(), plan.limits().perDatabase(), "max_db_connections");
                check(ofUser, backend.user(), plan.limits().perUser(), "max_user_connections");
            }
        }
    }

    private void clients() {
        Map<String, Integer> all = new HashMap<>();
        Map<String, Integer> ofDatabase = new HashMap<>();
        Map<String, Integer> ofUser = new HashMap<>();
        for (Guest guest : run.guests()) {
            if (guest.isIn()) {
                check(all, "", plan.limits().clients(), "max_client_conn");
                check(ofDatabase, guest.database(), plan.limits().clientsPerDatabase(), "max_db_client_connections");
                check(ofUser, guest.user(), plan.limits().clientsPerUser(), "max_user_client_connections");
            }
        }
    }

    private void check(Map<String, Integer> counts, String key, int limit, String what) {
        int count = counts.merge(key, 1, Integer::sum);
        if (limit > 0 && count > limit) {
            run.fault(count + " connections of " + key + " with " + what + " " + limit);
        }
    }

    private void cancels() {
        List<String> cancelled = postgres.cancelled();
        while (cancelledSeen < cancelled.size()) {
            String victim = cancelled.get(cancelledSeen++);
            long times = cancelled.subList(0, cancelledSeen).stream().filter(victim::equals).count();
            if (times > run.cancelsSent(victim) + (hasLeft(victim) ? 1 : 0)) {
                run.fault("a cancel hit " + victim + ", for whom only " + run.cancelsSent(victim) + " were sent");
            }
        }
    }

    /** Whether the pooler's side of that guest's connection is closed: then the pooler itself cancels what it left behind, once. */
    private boolean hasLeft(String name) {
        return pooler.sessions().clients().stream().noneMatch(client -> (name + ".app").equals(client.vars().value(TrackedNames.APPLICATION_NAME)));
    }

    private void logLines() {
        List<String> lines = run.log().lines();
        while (linesSeen < lines.size()) {
            String line = lines.get(linesSeen++);
            if ((line.contains("internal error") && !run.isFaulty()) || (!run.lied() && (line.contains("when not expected") || line.contains("broken")))
                    || line.contains("does not run")) {
                run.fault("the log says: " + line);
            }
        }
    }

    /** All guests have done their steps; only operators are connected. */
    void atTheEnd() {
        for (SimulatedReactor reactor : run.reactors()) {
            if (reactor.buffersTaken() != 0) {
                throw new AssertionError(reactor.buffersTaken() + " buffers of reactor " + reactor.index() + " were not given back");
            }
        }
        for (ClientSession client : pooler.sessions().clients()) {
            if (client.console() == null) {
                throw new AssertionError("a client is still there: " + client);
            }
        }
        for (Pool pool : pooler.books().registry().pools()) {
            PoolCounts counts = pooler.books().inventory().counts(pool);
            if (!pool.database().name().equals(Registry.CONSOLE)
                    && (counts.clients() > 0 || counts.serversActive() + counts.serversBeingCanceled() + counts.serversActiveCancel()
                            + counts.serversClosing() > 0)) {
                throw new AssertionError("nobody is there, but " + pool + " has " + counts);
            }
        }
    }

    /** Nobody is connected, and the servers end too. */
    void whenAllHaveLeft() {
        if (!pooler.sessions().clients().isEmpty()) {
            throw new AssertionError("clients are still there: " + pooler.sessions().clients());
        }
        postgres.mood(new ScriptedMood() {
            @Override
            public Login login() {
                return Login.REFUSED;
            }
        });
        postgres.terminateAll();
        run.network().runUntil(() -> pooler.commons().servers().isEmpty(), 10_000_000_000L);
        for (SimulatedReactor reactor : run.reactors()) {
            if (reactor.buffersTaken() != 0) {
                throw new AssertionError(reactor.buffersTaken() + " buffers of reactor " + reactor.index() + " were not given back");
            }
        }
    }
}
