package org.pgsluice.pooler;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Passable;

/**
 * What this process has shown to the one that is to take over from it: the sockets of the last SHOW FDS or SHOW HANDOVER, by number, and whether any of them
 * was passed on. From then on two processes have them, so nothing here may go on until that console has gone. Thread-safe.
 */
public final class Handover {
    private final Map<Integer, Passable> sockets = new ConcurrentHashMap<>();
    private final Set<Passable> passed = ConcurrentHashMap.newKeySet();
    private volatile boolean underWay;

    /** Notes a socket that stands in a row. */
    public int shown(Passable socket) {
        int number = socket.number();
        sockets.put(number, socket);
        return number;
    }

    /** The socket that a row has shown under that number; from now on the hand-over is under way. */
    public @Nullable Passable pass(int number) {
        Passable socket = sockets.get(number);
        if (socket != null) {
            underWay = true;
            passed.add(socket);
        }
        return socket;
    }

    /** Whether another process has a copy of that socket, or is getting it. */
    public boolean passed(@Nullable Passable socket) {
        return socket != null && passed.contains(socket);
    }

    /** Whether another process has copies of our sockets, or is getting them. */
    public boolean underWay() {
        return underWay;
    }

    /** A new listing begins. */
    public void clear() {
        sockets.clear();
    }

    /** The process that was to take over has gone. */
    public void failed() {
        underWay = false;
        passed.clear();
        sockets.clear();
    }
}
