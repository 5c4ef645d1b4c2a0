package org.pgsluice.pooler;

import java.util.ArrayList;
import java.util.List;
import org.pgsluice.net.Passable;
import org.pgsluice.net.Reactor;

/** The listening sockets. On the first reactor, or before any runs. */
public final class Listeners {
    private final List<Reactor.Listener> tcp = new ArrayList<>();
    private final List<Reactor.Listener> unix = new ArrayList<>();

    /** Notes one, to be closed with the pooler. */
    public void add(Reactor.Listener listener, boolean isUnix) {
        (isUnix ? unix : tcp).add(listener);
    }

    /** All that are open. */
    public List<Reactor.Listener> all() {
        List<Reactor.Listener> all = new ArrayList<>(tcp);
        all.addAll(unix);
        return all;
    }

    /** Closes all of them. */
    public void closeAll() {
        close(true);
    }

    void close(boolean unixToo) {
        tcp.forEach(Reactor.Listener::close);
        tcp.clear();
        if (unixToo) {
            unix.forEach(Reactor.Listener::close);
            unix.clear();
        }
    }

    /** Closes those of TCP, when whoever has connected is accepted. */
    void closeGently() {
        tcp.forEach(Reactor.Listener::acceptRest);
        close(false);
    }

    /** Gives up those that another process has copies of, and closes the others. */
    public void letGo() {
        for (Reactor.Listener listener : all()) {
            if (listener instanceof Passable socket) {
                socket.letGo();
            } else {
                listener.close();
            }
        }
        tcp.clear();
        unix.clear();
    }

    void pause(boolean pause) {
        for (Reactor.Listener listener : all()) {
            if (pause) {
                listener.pause();
            } else {
                listener.resume();
            }
        }
    }
}
