package org.pgsluice.process;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.DnsHostRow;
import org.pgsluice.config.Config;
import org.pgsluice.config.Engine;
import org.pgsluice.config.Environment;
import org.pgsluice.config.Settings;
import org.pgsluice.console.Consoles;
import org.pgsluice.handover.TakenSessions;
import org.pgsluice.handover.Takeover;
import org.pgsluice.log.LogLines;
import org.pgsluice.net.AbstractUnixAddress;
import org.pgsluice.net.CachingResolver;
import org.pgsluice.net.Engines;
import org.pgsluice.net.ExecutorOffload;
import org.pgsluice.net.Incidents;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SecureRandomSource;
import org.pgsluice.net.ThreadedReactor;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.Reloader;
import org.pgsluice.pooler.Shutdown;
import org.pgsluice.pooler.StartFailure;
import org.pgsluice.pooler.Version;
import org.pgsluice.pooler.World;
import org.pgsluice.server.Addresses;
import org.pgsluice.server.Tuning;

/** The pooler as a process: reactors, listeners, pid file, signals, service manager. Started once, by the main thread. */
final class PoolerProcess {
    private static final int NAME_THREADS = 16;
    private static final int KEY_THREADS = 4;
    private static final int OFFLOAD_QUEUE = 100_000;

    private final CommandLine.Run run;
    private final Config config;
    private final @Nullable Path file;
    private final Environment environment;
    private final LogLines log;
    private final PidFile pidFile;
    private final PassedSockets passed = PassedSockets.of(System.getenv(), ProcessHandle.current().pid());
    private final ServiceNotifier service;
    private final List<ThreadedReactor> reactors = new ArrayList<>();
    private String ownUser = System.getProperty("user.name", "");

    PoolerProcess(CommandLine.Run run, Config config, @Nullable Path file, Environment environment, LogLines log) {
        this.run = run;
        this.config = config;
        this.file = file;
        this.environment = environment;
        this.log = log;
        this.pidFile = new PidFile(config.text(Settings.PIDFILE));
        this.service = new ServiceNotifier(System.getenv("NOTIFY_SOCKET"), log);
    }

    void start() throws StartFailure {
        String user = run.user() != null ? run.user() : config.text(Settings.USER);
        if (user != null && !user.isEmpty()) {
            ProcessUser.become(user);
            ownUser = user;
        }
        ProcessUser.refuseRoot();
        if (run.daemon() && !pidFile.isConfigured()) {
            throw new StartFailure("daemon needs pidfile configured");
        }
        Incidents incidents = new LoggedIncidents(log);
        Engines engines = chooseEngine(incidents);
        String beyond = engines.passesDescriptors() ? null : passed.beyond(engines.name(), config, run.reboot());
        if (beyond != null) {
            throw new StartFailure(beyond);
        }
        if (!run.reboot()) {
            refuseSecondInstance();
            pidFile.check(log);
        }
        Pooler pooler = assemble(engines, incidents);
        Takeover takeover = run.reboot() ? oldProcess() : null;
        if (takeover == null) {
            pidFile.check(log);
            listen(pooler);
        } else {
            takeover.adopt(new TakenSessions(pooler, reactors, AbstractUnixAddress.orPath(String.valueOf(unixSocket()))));
        }
        goDaemon();
        FileLimits limits = FileLimits.current();
        if (limits != null) {
            int clients = config.integer(Settings.MAX_CLIENT_CONN);
            log.info(limits.text(clients, expectedFiles(clients)));
        }
        if (takeover != null) {
            takeover.endOld();
            pidFile.awaitGone(log);
            takeover.resume();
        }
        pidFile.write(ProcessHandle.current().pid());
        pooler.start();
        if (Boolean.getBoolean("pgsluice.collectsOld")) {
            pooler.onMain(new OldGeneration(pooler.main(), pooler::isCalm, new OldGeneration.OwnHeap())::start);
        }
        reactors.forEach(ThreadedReactor::start);
        log.info(Version.processUp(engines.name()));
        Signals.listen(signal -> pooler.onMain(() -> onSignal(pooler, signal)), log);
        service.ready();
    }

    private Engines chooseEngine(Incidents incidents) throws StartFailure {
        Engine setting = config.get(Settings.ENGINE);
        try {
            return Engines.choose((setting == null ? Engine.AUTO : setting).word(), incidents);
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    /** The process whose place is to be taken; null when there is none. */
    private @Nullable Takeover oldProcess() throws StartFailure {
        Path socket = unixSocket();
        if (socket == null) {
            throw new StartFailure("cannot reboot if unix dir not configured");
        }
        if (passed.count() > 0) {
            throw new StartFailure("cannot reboot under service manager");
        }
        return Takeover.find(socket.toString(), log);
    }

    private Pooler assemble(Engines engines, Incidents incidents) throws StartFailure {
        int count = Math.max(1, config.integer(Settings.REACTORS));
        try {
            for (int i = 0; i < count; i++) {
                reactors.add(engines.open(i, incidents));
            }
        } catch (IOException e) {
            throw new StartFailure("cannot make an event loop: " + e.getMessage());
        }
        ExecutorOffload offload = new ExecutorOffload(NAME_THREADS, Math.min(KEY_THREADS, Runtime.getRuntime().availableProcessors()), OFFLOAD_QUEUE);
        Pooler[] made = new Pooler[1];
        CachingResolver resolver = new CachingResolver(
                offload,
                () -> (made[0] == null ? config : made[0].books().config()).nanos(Settings.DNS_MAX_TTL),
                () -> (made[0] == null ? config : made[0].books().config()).nanos(Settings.DNS_NXDOMAIN_TTL));
        Reactor first = reactors.get(0);
        Pooler pooler = new Pooler(config, new World(
                reactors,
                log,
                InstantSource.system(),
                offload,
                new SecureRandomSource(),
                resolver,
                ownUser,
                () -> exit(made[0] != null && made[0].handover().underWay())));
        made[0] = pooler;
        Reloader reloader = new Reloader(pooler, file, environment, log);
        pooler.reloader(reloader);
        pooler.consoles(new Consoles(pooler, () -> dnsRows(resolver, first), engines.name()));
        reloader.openLogAtStart(config);
        reloader.readUsersAtStart(config);
        reloader.useCredentials(config);
        return pooler;
    }

    private static List<DnsHostRow> dnsRows(CachingResolver resolver, Reactor reactor) {
        List<DnsHostRow> rows = new ArrayList<>();
        for (CachingResolver.Host host : resolver.snapshot(reactor.freshNanoTime())) {
            StringBuilder addresses = new StringBuilder();
            for (InetAddress address : host.addresses()) {
                addresses.append(addresses.isEmpty() ? "" : ",").append(address.getHostAddress());
            }
            rows.add(new DnsHostRow(host.name(), host.ttlSeconds(), addresses.toString()));
        }
        return rows;
    }

    private long expectedFiles(int clients) {
        long servers = 0;
        for (var database : config.databases().values()) {
            Integer size = database.poolSize();
            servers += size == null ? config.integer(Settings.DEFAULT_POOL_SIZE) : size;
        }
        return clients + servers + 10;
    }

    // ---------------------------------------------------------------- listening

    private void refuseSecondInstance() throws StartFailure {
        Path socket = passed.count() > 0 ? null : unixSocket();
        if (socket != null && Files.exists(Path.of(socket + ".lock"))) {
            throw new StartFailure("unix port " + config.integer(Settings.LISTEN_PORT) + " is in use");
        }
    }

    private @Nullable Path unixSocket() {
        String directory = config.text(Settings.UNIX_SOCKET_DIR);
        return directory.isEmpty() ? null : Path.of(directory, ".s.PGSQL." + config.integer(Settings.LISTEN_PORT));
    }

    private void listen(Pooler pooler) throws StartFailure {
        if (passed.count() > 0) {
            passed.listen(pooler, reactors.get(0), config, log);
            return;
        }
        ListenOptions options = listenOptions(config);
        List<String> names = config.list(Settings.LISTEN_ADDR);
        int bound = 0;
        for (String name : names) {
            for (InetSocketAddress address : addresses(name)) {
                bound += listen(pooler, address, options) ? 1 : 0;
            }
        }
        Path socket = unixSocket();
        if (!names.isEmpty() && bound == 0) {
            throw new StartFailure("failed to listen on any address in listen_addr list: " + config.text(Settings.LISTEN_ADDR));
        }
        if (socket != null) {
            listenUnix(pooler, socket, options);
        } else if (bound == 0) {
            throw new StartFailure("nowhere to listen on");
        }
    }

    static ListenOptions listenOptions(Config config) {
        String group = config.text(Settings.UNIX_SOCKET_GROUP);
        return new ListenOptions(
                config.integer(Settings.LISTEN_BACKLOG),
                config.on(Settings.SO_REUSEPORT),
                config.integer(Settings.TCP_DEFER_ACCEPT),
                config.integer(Settings.UNIX_SOCKET_MODE),
                group.isEmpty() ? null : group,
                Tuning.socketOptions(config));
    }

    private List<InetSocketAddress> addresses(String name) {
        int port = config.integer(Settings.LISTEN_PORT);
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
            pooler.listeners().add(reactors.get(0).listen(address, options, pooler), false);
            log.info("listening on " + Addresses.text(address));
            return true;
        } catch (IOException e) {
            log.warning(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void listenUnix(Pooler pooler, Path socket, ListenOptions options) throws StartFailure {
        try {
            pooler.listeners().add(reactors.get(0).listen(AbstractUnixAddress.orPath(socket.toString()), options, pooler), true);
            log.info("listening on unix:" + socket);
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    // ---------------------------------------------------------------- process duties

    private void goDaemon() throws StartFailure {
        if (run.daemon()) {
            if (Daemon.isLauncherWaiting()) {
                Daemon.detach();
            }
            log.setQuiet(true);
        }
    }

    private void onSignal(Pooler pooler, ProcessSignal signal) {
        Shutdown shutdown = pooler.shutdown();
        switch (signal) {
            case HUP -> {
                log.info("got SIGHUP, re-reading config");
                service.reloading(pooler.main().freshNanoTime());
                pooler.reloader().reload(good -> service.ready());
            }
            case QUIT -> {
                log.info("got SIGQUIT, fast exit");
                shutdown.now();
            }
            case TERM -> {
                if (shutdown.inProgress()) {
                    log.info("got SIGTERM while shutting down, fast exit");
                    shutdown.now();
                } else {
                    log.info("got SIGTERM, shutting down, waiting for all clients disconnect");
                    service.stopping();
                    shutdown.waitForClients();
                }
            }
            case INT -> {
                if (shutdown.inProgress()) {
                    log.info("got SIGINT while shutting down, fast exit");
                    shutdown.now();
                } else {
                    log.info("got SIGINT, shutting down, waiting for all servers connections to be released");
                    service.stopping();
                    shutdown.waitForServers();
                }
            }
            case USR1 -> {
                if (pooler.books().pauseMode() == PauseMode.NONE) {
                    log.info("got SIGUSR1, pausing all activity");
                    pooler.pause(PauseMode.PAUSE);
                } else {
                    log.info("got SIGUSR1, but already paused/suspended");
                }
            }
            case USR2 -> {
                if (shutdown.inProgress()) {
                    log.info("got SIGUSR2 while shutting down, ignoring");
                } else if (pooler.handover().underWay()) {
                    log.info("got SIGUSR2 while another process takes over, ignoring");
                } else if (pooler.books().pauseMode() == PauseMode.NONE) {
                    log.info("got SIGUSR2, but not paused/suspended");
                } else {
                    log.info("got SIGUSR2, continuing from " + pooler.books().pauseMode());
                    pooler.resume();
                }
            }
        }
    }

    private void exit(boolean atOnce) {
        pidFile.remove();
        if (atOnce) {
            ProcessEnd.now();
        }
        Runtime.getRuntime().halt(0);
    }
}
