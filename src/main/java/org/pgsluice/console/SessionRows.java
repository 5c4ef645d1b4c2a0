package org.pgsluice.console;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.FdRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PinRow;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.client.ClientSession;
import org.pgsluice.handover.FdRows;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pool.ServerState;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/**
 * One answer's rows of sessions. It goes from reactor to reactor, also where nothing is looked at: that makes their counters' latest values seen. Thousands of
 * clients are looked at a few hundred at a time, and the reactor serves its sockets between.
 */
final class SessionRows {
    /** Some tenths of a millisecond's work. */
    static final int SLICE = 256;
    /** So many rounds more for servers that move. */
    private static final int SEEKS = 3;

    private final Pooler pooler;
    private final Set<Part<?>> parts;
    private final Slices[] slices;
    /** In order as they come: thousands are not put in order in one go. */
    private final NavigableSet<SocketRow> clients = new TreeSet<>(SocketRows.ORDER);
    private final NavigableSet<SocketRow> servers = new TreeSet<>(SocketRows.ORDER);
    private final List<PinRow> pins = new ArrayList<>();
    private final List<FdRow> fds = new ArrayList<>();
    private final @Nullable FdRows fdRows;
    private final @Nullable ReactorRows reactorRows;
    /** The servers that there were when it began and that no row shows yet: one may go from reactor to reactor meanwhile, or be replaced by another. */
    private final Set<ServerSession> unseen = new LinkedHashSet<>();

    SessionRows(Pooler pooler, Slices[] slices, Set<Part<?>> parts) {
        this.pooler = pooler;
        this.parts = parts;
        this.slices = slices;
        fdRows = parts.contains(Part.FDS) ? new FdRows(pooler.commons(), pooler.handover(), pooler.books().pauseMode() == PauseMode.SUSPEND, fds) : null;
        reactorRows = parts.contains(Part.REACTORS) ? new ReactorRows(pooler) : null;
    }

    /** Calls {@code then} once, on the first reactor, which this is. */
    void collect(Consumer<Snapshot> then) {
        if (parts.contains(Part.SERVERS)) {
            long last = pooler.commons().lastId();
            for (ServerSession server : pooler.sessions().servers()) {
                if (server.id() <= last) {
                    unseen.add(server);
                }
            }
        }
        slices[0].add(() -> visit(0, () -> seekServers(0, SEEKS * pooler.lanes().length, () -> finish(then))));
    }

    /** Looks again for servers that were always on another reactor than the one that was looked at. */
    private void seekServers(int index, int left, Runnable then) {
        if (left == 0 || unseen.isEmpty()) {
            then.run();
            return;
        }
        Lane lane = pooler.lanes()[index];
        pooler.onLane(lane, () -> {
            try {
                readServers(lane);
            } finally {
                seekServers((index + 1) % pooler.lanes().length, left - 1, then);
            }
        });
    }

    private void visit(int index, Runnable then) {
        if (index == pooler.lanes().length) {
            then.run();
            return;
        }
        Lane lane = pooler.lanes()[index];
        pooler.onLane(lane, () -> {
            try {
                read(lane);
            } finally {
                // Whoever asked is answered, whatever could not be read.
                Iterable<ClientSession> wanted = parts.contains(Part.CLIENTS) ? pooler.sessions().clients(lane) : List.of();
                slice(lane, wanted.iterator(), () -> visit(index + 1, then));
            }
        });
    }

    private void slice(Lane lane, Iterator<ClientSession> left, Runnable then) {
        try {
            for (int i = 0; i < SLICE && left.hasNext(); i++) {
                ClientSession client = left.next();
                if (!client.isClosed()) {
                    clients.add(SocketRows.row(lane, client));
                }
            }
        } finally {
            goOn(lane, left, then);
        }
    }

    private void goOn(Lane lane, Iterator<ClientSession> left, Runnable then) {
        if (left.hasNext()) {
            slices[lane.index()].add(() -> slice(lane, left, then));
        } else {
            then.run();
        }
    }

    private void read(Lane lane) {
        readServers(lane);
        if (parts.contains(Part.PINS)) {
            for (ServerSession server : pooler.sessions().servers(lane)) {
                PinRow row = SocketRows.pin(lane, server);
                if (row != null) {
                    pins.add(row);
                }
            }
        }
        if (fdRows != null) {
            if (lane.index() == 0) {
                fdRows.listeners(pooler.listeners().all());
            }
            fdRows.sessions(lane, pooler.sessions());
        }
        if (reactorRows != null) {
            reactorRows.visit(lane);
        }
    }

    private void readServers(Lane lane) {
        for (Iterator<ServerSession> left = unseen.iterator(); left.hasNext();) {
            ServerSession server = left.next();
            if (server.lane() == lane) {
                left.remove();
                if (server.state() != ServerState.CLOSED) {
                    servers.add(SocketRows.row(lane, server));
                }
            }
        }
    }

    private void finish(Consumer<Snapshot> then) {
        if (reactorRows != null) {
            reactorRows.finish(pooler.lanes()[0].reactor(), reactors -> then.accept(snapshot(reactors)));
        } else {
            pooler.onMain(() -> slices[0].add(() -> then.accept(snapshot(List.of()))));
        }
    }

    private Snapshot snapshot(List<ReactorRow> reactors) {
        return Snapshot.of(Part.CLIENTS, List.copyOf(clients))
                .with(Part.SERVERS, List.copyOf(servers))
                .with(Part.PINS, pins)
                .with(Part.FDS, fds)
                .with(Part.REACTORS, reactors);
    }
}
