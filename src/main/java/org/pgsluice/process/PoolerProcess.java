package org.pgsluice.process;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.DnsHostRow;
import org.pgsluice.admin.view.DnsZoneRow;
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
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SecureRandomSource;
import org.pgsluice.net.ThreadedReactor;
import org.pgsluice.net.ZoneWatch;
import org.pgsluice.pooler.Access;
import org.pgsluice.pooler.Encryption;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.Reloader;
import org.pgsluice.pooler.StartFailure;
import org.pgsluice.pooler.Version;
import org.pgsluice.pooler.World;

/** The pooler as a process: reactors, listeners, pid file, signals, service manager. Started once, by the main thread. */
final class PoolerProcess {
    /** Each name that a silent name server is asked for takes one for many seconds, and must not keep others out. They are started when needed. */
    private static final int NAME_THREADS = 64;
    private static final int KEY_THREADS = 4;
    private static final int OFFLOAD_QUEUE = 100_000;

    private final CommandLine.Run run;
    private final Config config;
    private final @Nullable Path file;
    private final Environment environment;
    private final LogLines log;
    private final PidFile pidFile;
    private final Listening listening;
    private final PassedSockets passed = PassedSockets.of(System.getenv(), ProcessHandle.current().pid());
    private final ServiceNotifier service;
    private final List<ThreadedReactor> reactors = new ArrayList<>();
    private @Nullable HttpListener http;

    PoolerProcess(CommandLine.Run run, Config config, @Nullable Path file, Environment environment, LogLines log) {
        this.run = run;
        this.config = config;
        this.file = file;
        this.environment = environment;
        this.log = log;
        this.pidFile = new PidFile(config.text(Settings.PIDFILE), ProcessHandle.current().pid());
        this.listening = new Listening(config, passed, log);
        this.service = new ServiceNotifier(System.getenv("NOTIFY_SOCKET"), log);
    }

    /**
     * Starts it.
     *
     * @param signals which are listened to already
     * @param mayBeRoot only in a training run, which nobody else reaches
     */
    void start(StartSignals signals, boolean mayBeRoot) throws StartFailure {
        signals.endsBy(this::abandon);
        // Only root may be able to read them.
        Access access = Access.read(config, Access.NONE, log);
        if (!access.problems().isEmpty()) {
            access.problems().forEach(log::error);
            throw new StartFailure("cannot load config file");
        }
        Encryption encryption = Encryption.atStart(config);
        String user = run.user() != null ? run.user() : config.text(Settings.USER);
        if (user != null && !user.isEmpty()) {
            if (!ProcessUser.become(user)) {
                log.warning("cannot become user '" + user + "' without being root, going on as user " + ProcessUser.uid());
            }
        }
        if (!mayBeRoot) {
            ProcessUser.refuseRoot();
        }
        if (run.daemon() && !pidFile.isConfigured()) {
            throw new StartFailure("daemon needs pidfile configured");
        }
        LoggedIncidents incidents = new LoggedIncidents(log, this::fail);
        Engines engines = chooseEngine(incidents);
        String beyond = engines.passesDescriptors() ? null : passed.beyond(engines.name(), config, run.reboot());
        if (beyond != null) {
            throw new StartFailure(beyond);
        }
        if (!run.reboot()) {
            listening.refuseSecondInstance();
            pidFile.check(log);
        }
        long ownUid = ProcessUser.uid();
        Pooler pooler = assemble(engines, incidents, access, encryption, ownUid);
        Takeover takeover = run.reboot() ? oldProcess(ownUid) : null;
        if (takeover == null) {
            pidFile.check(log);
            listening.listen(pooler);
        } else {
            pidFile.checkPlace();
            takeover.adopt(new TakenSessions(pooler, reactors, AbstractUnixAddress.orPath(String.valueOf(listening.unixSocket()))));
        }
        goDaemon();
        FileLimits limits = FileLimits.current();
        if (limits != null) {
            int clients = config.integer(Settings.MAX_CLIENT_CONN);
            log.info(limits.text(clients, expectedFiles(clients)));
        }
        signals.mustGoOn();
        if (takeover == null) {
            pidFile.write();
        } else {
            // Else the service manager takes the end of the old process for the end of the service.
            service.mainProcess(ProcessHandle.current().pid());
            takeover.endOld();
            pidFile.takeOver(log);
            takeover.resume();
        }
        pooler.start();
        if (Boolean.getBoolean("pgsluice.collectsOld")) {
            pooler.onMain(new OldGeneration(pooler.main(), pooler.books().inventory()::isCalm, new OldGeneration.OwnHeap())::start);
        }
        reactors.forEach(ThreadedReactor::start);
        log.info(Version.processUp(engines.name()));
        pooler.onMain(() -> followHttp(pooler.books().config()));
        signals.started(new SignalResponse(pooler, service, log, () -> fail(1)));
        if (run.daemon()) {
            service.mainProcess(ProcessHandle.current().pid());
        }
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
    private @Nullable Takeover oldProcess(long ownUid) throws StartFailure {
        Path socket = listening.unixSocket();
        if (socket == null) {
            throw new StartFailure("cannot reboot if unix dir not configured");
        }
        if (passed.count() > 0) {
            throw new StartFailure("cannot reboot under service manager");
        }
        return Takeover.find(socket.toString(), ownUid, log);
    }

    private Pooler assemble(Engines engines, Incidents incidents, Access access, Encryption encryption, long ownUid) throws StartFailure {
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
        Names names = Names.of(config);
        CachingResolver resolver = new CachingResolver(
                offload,
                names.lookup(),
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
                ownUid,
                () -> exit(made[0] != null && made[0].handover().underWay())));
        made[0] = pooler;
        Reloader reloader = new Reloader(pooler, file, environment, log, access);
        pooler.reloader(reloader);
        ZoneWatch zones = new ZoneWatch(
                resolver,
                offload,
                first,
                names.zones(),
                () -> pooler.books().config().nanos(Settings.DNS_ZONE_CHECK_PERIOD),
                host -> lookAgain(pooler, resolver, host));
        first.execute(zones::start);
        Consoles consoles = new Consoles(pooler, () -> dnsRows(resolver, first), () -> zoneRows(zones), engines.name(), this::leavePlace);
        pooler.consoles(consoles);
        http = new HttpListener(pooler, consoles.view(), log);
        reloader.follower(this::followHttp);
        reloader.openLogAtStart(config);
        reloader.useCredentials(config);
        encryption.begin(pooler);
        return pooler;
    }

    private void followHttp(Config now) {
        if (http != null) {
            http.follow(now);
        }
    }

    /** Another process goes on in this one's place. */
    private void leavePlace() {
        pidFile.remove();
        if (http != null) {
            http.end();
        }
    }

    /** The addresses of {@code host} may be others: servers at those that are gone are used no longer. On the first reactor. */
    private static void lookAgain(Pooler pooler, CachingResolver resolver, String host) {
        resolver.resolve(host, pooler.main(), addresses -> {
            if (addresses != null) {
                pooler.books().openings().resolved(host, addresses);
            }
        });
    }

    private static List<DnsZoneRow> zoneRows(ZoneWatch zones) {
        List<DnsZoneRow> rows = new ArrayList<>();
        for (ZoneWatch.Zone zone : zones.zones()) {
            rows.add(new DnsZoneRow(zone.name(), zone.serial(), zone.hosts()));
        }
        return rows;
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

    private void goDaemon() throws StartFailure {
        if (run.daemon()) {
            if (Daemon.isLauncherWaiting()) {
                Daemon.detach();
            }
            log.leaveStandardError();
        }
    }

    /** Ends while it starts. */
    private void abandon() {
        listening.abandon();
        fail(0);
    }

    private void fail(int status) {
        pidFile.remove();
        Runtime.getRuntime().halt(status);
    }

    private void exit(boolean atOnce) {
        pidFile.remove();
        if (atOnce) {
            ProcessEnd.now();
        }
        Runtime.getRuntime().halt(0);
    }
}
