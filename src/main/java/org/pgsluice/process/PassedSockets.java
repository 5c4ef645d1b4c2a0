package org.pgsluice.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Log;
import org.pgsluice.net.EpollReactor;
import org.pgsluice.net.Reactor;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.StartFailure;

/**
 * The listening sockets that the service manager has opened for us (systemd's socket activation: LISTEN_FDS, LISTEN_PID). They take the place of those that the
 * settings name. On the starting thread.
 */
final class PassedSockets {
    private static final int FIRST = 3;

    private final int count;

    private PassedSockets(int count) {
        this.count = count;
    }

    /** What the environment says to the process {@code pid}. */
    static PassedSockets of(Map<String, String> environment, long pid) {
        boolean ours = number(environment.get("LISTEN_PID")) == pid;
        return new PassedSockets(ours ? (int) Math.max(0, Math.min(number(environment.get("LISTEN_FDS")), Short.MAX_VALUE)) : 0);
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    int count() {
        return count;
    }

    /** Listens on all of them. */
    void listen(Pooler pooler, Reactor reactor, Config config, Log log) throws StartFailure {
        if (!config.list(Settings.LISTEN_ADDR).isEmpty()) {
            log.warning("sockets passed from service manager, listen_addr ignored");
        }
        String directory = config.text(Settings.UNIX_SOCKET_DIR);
        if (!directory.isEmpty() && !directory.equals(Settings.UNIX_SOCKET_DIR.defaultRaw())) {
            log.warning("sockets passed from service manager, unix_socket_dir ignored");
        }
        for (int fd = FIRST; fd < FIRST + count; fd++) {
            try {
                Reactor.Listener listener = ((EpollReactor) reactor).adoptListener(fd, null, false, pooler.commons().tuning().socketOptions, pooler);
                pooler.listeners().add(listener, !(listener.address() instanceof InetSocketAddress));
            } catch (IOException e) {
                throw new StartFailure("failed to set up socket passed from service manager (fd " + fd + "): " + e.getMessage());
            }
            log.info("socket passed from service manager (fd " + fd + ")");
        }
    }

    /**
     * What {@code config} and the way of starting ask of the engine {@code name}, where that cannot do it: an error in words, null for nothing.
     *
     * @param reboot whether this process is to take over from another
     */
    @Nullable String beyond(String name, Config config, boolean reboot) {
        Function<String, String> needs = what -> what + " needs the engine \"epoll\", and this is \"" + name + "\"";
        if (reboot) {
            return needs.apply("online restart (-R)");
        }
        if (count > 0) {
            return needs.apply("a socket passed from service manager");
        }
        if (config.text(Settings.UNIX_SOCKET_DIR).startsWith("@")) {
            return needs.apply("unix_socket_dir = " + config.text(Settings.UNIX_SOCKET_DIR));
        }
        for (var database : config.databases().values()) {
            for (String host : database.hosts()) {
                if (host.startsWith("@")) {
                    return needs.apply("host=" + host + " of database " + database.name());
                }
            }
        }
        return null;
    }
}
