package org.pgsluice.console;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.client.ClientSession;
import org.pgsluice.net.Offload;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.ThreadedReactor;
import org.pgsluice.pool.ServerState;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.server.Commons;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/**
 * One answer to SHOW REACTORS. Each reactor is looked at on its own thread; what the JVM knows of the threads is asked beside the reactors, since the first
 * question loads its management classes, which takes some 20 ms.
 */
final class ReactorRows {
    private final Commons commons;
    private final Pooler pooler;
    private final int[] clientCounts;
    private final int[] waiting;
    private final long[] longestTurns;
    /** By reactor; 0 where none is its own, as in a simulated world. */
    private final long[] threadIds;

    ReactorRows(Pooler pooler) {
        this.pooler = pooler;
        this.commons = pooler.commons();
        int reactors = pooler.lanes().length;
        clientCounts = new int[reactors];
        waiting = new int[reactors];
        longestTurns = new long[reactors];
        threadIds = new long[reactors];
    }

    /** On the lane's reactor. */
    void visit(Lane lane) {
        int index = lane.index();
        for (ClientSession client : pooler.sessions().clients(lane)) {
            if (!client.isClosed()) {
                clientCounts[index]++;
                waiting[index] += switch (client.state()) {
                    case WAITING, WAITING_WELCOME, WAITING_REPLICATION -> 1;
                    case LOGIN, ACTIVE, WAITING_CANCEL, ACTIVE_CANCEL, CLOSED -> 0;
                };
            }
        }
        longestTurns[index] = pooler.longestTurn(lane);
        if (lane.reactor() instanceof ThreadedReactor) {
            threadIds[index] = Thread.currentThread().threadId();
        }
    }

    /** When each reactor was visited: gives {@code then} the rows, on {@code asker}. */
    void finish(Reactor asker, Consumer<List<ReactorRow>> then) {
        commons.offload().call(Offload.Kind.FILES, () -> usage(threadIds), asker, new Offload.Completion<>() {
            @Override
            public void onDone(Usage[] result) {
                then.accept(build(result));
            }

            @Override
            public void onFailed(Exception failure) {
                then.accept(build(new Usage[0]));
            }
        });
    }

    private List<ReactorRow> build(Usage[] usage) {
        List<ReactorRow> rows = new ArrayList<>();
        int[] servers = new int[threadIds.length];
        // In one go: a server that moves meanwhile is counted once.
        for (ServerSession server : pooler.sessions().servers()) {
            servers[server.reactorIndex()] += server.state() == ServerState.CLOSED ? 0 : 1;
        }
        for (int i = 0; i < servers.length; i++) {
            Usage used = i < usage.length ? usage[i] : Usage.NONE;
            rows.add(new ReactorRow(
                    i,
                    clientCounts[i],
                    servers[i],
                    waiting[i],
                    commons.books().inventory().steals(i),
                    used.lockWaits(),
                    used.cpuNanos() / 1000,
                    longestTurns[i] / 1000));
        }
        return rows;
    }

    private static Usage[] usage(long[] threadIds) {
        List<Usage> all = new ArrayList<>();
        for (long id : threadIds) {
            all.add(id == 0 ? Usage.NONE : Usage.of(id));
        }
        return all.toArray(new Usage[0]);
    }

    /** What a thread has used since its start. */
    private record Usage(long lockWaits, long cpuNanos) {
        static final Usage NONE = new Usage(0, 0);

        static Usage of(long threadId) {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            ThreadInfo info = threads.getThreadInfo(threadId);
            long cpuNanos = threads.isThreadCpuTimeSupported() ? threads.getThreadCpuTime(threadId) : 0;
            return new Usage(info == null ? 0 : info.getBlockedCount(), Math.max(0, cpuNanos));
        }
    }
}
