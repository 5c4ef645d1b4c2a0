package org.pgsluice.process;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Log;
import org.pgsluice.net.AbstractUnixAddress;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.StartFailure;
import org.pgsluice.server.Addresses;
import org.pgsluice.server.Tuning;

/** Opens the listening sockets that the settings name, or takes those of the service manager. On the starting thread. */
final class Listening {
    private final Config config;
    private final PassedSockets passed;
    private final Log log;
    private volatile @Nullable Path made;

    Listening(Config config, PassedSockets passed, Log log) {
        this.config = config;
        this.passed = passed;
        this.log = log;
    }

    /** Refuses where a PostgreSQL has the unix socket that is wanted. */
    void refuseSecondInstance() throws StartFailure {
        Path socket = passed.count() > 0 ? null : unixSocket();
        if (socket != null && Files.exists(Path.of(socket + ".lock"))) {
            throw new StartFailure("unix port " + config.integer(Settings.LISTEN_PORT) + " is in use");
        }
    }

    /** Where the unix socket is; null where none is wanted. */
    @Nullable Path unixSocket() {
        String directory = config.text(Settings.UNIX_SOCKET_DIR);
        return directory.isEmpty() ? null : Path.of(directory, ".s.PGSQL." + config.integer(Settings.LISTEN_PORT));
    }

    /** Listens on all that is wanted. */
    void listen(Pooler pooler) throws StartFailure {
        if (passed.count() > 0) {
            passed.listen(pooler, pooler.main(), config, log);
            return;
        }
        ListenOptions options = options(config);
        // The unix socket first: whoever finds a TCP port open may count on it, and on the console.
        Path socket = unixSocket();
        if (socket != null) {
            listenUnix(pooler, socket, options);
        }
        List<String> names = config.list(Settings.LISTEN_ADDR);
        int bound = 0;
        for (String name : names) {
            for (InetSocketAddress address : addresses(name, config.integer(Settings.LISTEN_PORT))) {
                bound += listen(pooler, address, options) ? 1 : 0;
            }
        }
        if (bound == 0 && (socket == null || !names.isEmpty())) {
            pooler.listeners().closeAll();
            throw new StartFailure(names.isEmpty() ? "nowhere to listen on"
                    : "failed to listen on any address in listen_addr list: " + config.text(Settings.LISTEN_ADDR));
        }
        int extra = config.integer(Settings.EXTRA_LISTEN_PORT);
        if (extra > 0 && extra != config.integer(Settings.LISTEN_PORT)) {
            for (String name : names) {
                addresses(name, extra).forEach(address -> listen(pooler, address, options));
            }
        }
    }

    /** Removes the unix socket that was made, for a process that ends before it serves. Any thread. */
    void abandon() {
        Path socket = made; // an abstract one is no file
        try {
            if (socket != null && !socket.toString().startsWith("@")) {
                Files.deleteIfExists(socket);
            }
        } catch (IOException e) {
            log.debug("unix socket not removed: " + e.getMessage());
        }
    }

    /** What the settings say of listening sockets. */
    static ListenOptions options(Config config) {
        String group = config.text(Settings.UNIX_SOCKET_GROUP);
        return new ListenOptions(
                config.integer(Settings.LISTEN_BACKLOG),
                config.on(Settings.SO_REUSEPORT),
                config.integer(Settings.TCP_DEFER_ACCEPT),
                config.integer(Settings.UNIX_SOCKET_MODE),
                group.isEmpty() ? null : group,
                Tuning.socketOptions(config));
    }

    private List<InetSocketAddress> addresses(String name, int port) {
        try {
            if (name.equals("*")) {
                return List.of(
                        new InetSocketAddress(InetAddress.getByName("0.0.0.0"), port), new InetSocketAddress(Inet6Address.getByName("::"), port));
            }
            List<InetSocketAddress> all = new ArrayList<>();
            for (InetAddress address : InetAddress.getAllByName(name)) {
                all.add(new InetSocketAddress(address, port));
            }
            return all;
        } catch (UnknownHostException e) {
            log.warning("cannot listen on " + name + ":" + port + ": getaddrinfo(): " + e.getMessage());
            return List.of();
        }
    }

    private boolean listen(Pooler pooler, SocketAddress address, ListenOptions options) {
        try {
            pooler.listeners().add(pooler.main().listen(address, options, pooler), false);
            log.info("listening on " + Addresses.text(address));
            return true;
        } catch (IOException e) {
            log.warning(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void listenUnix(Pooler pooler, Path socket, ListenOptions options) throws StartFailure {
        try {
            pooler.listeners().add(pooler.main().listen(AbstractUnixAddress.orPath(socket.toString()), options, pooler), true);
            made = socket;
            log.info("listening on unix:" + socket);
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }
}
