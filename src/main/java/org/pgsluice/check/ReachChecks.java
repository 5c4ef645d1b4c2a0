package org.pgsluice.check;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.Places;
import org.pgsluice.config.Settings;

/** Whether servers can be found, and whether the pooler's own address is free. */
final class ReachChecks {
    private ReachChecks() {}

    /** Looks names up, and connects to nobody. */
    static void names(Places places, Config config, Machine machine, Findings findings) {
        for (DatabaseConfig database : config.databases().values()) {
            for (String host : database.hosts()) {
                if (!isUnix(host) && !machine.canBeResolved(host)) {
                    findings.warning(places.of("databases", database.name()), database.name() + ": the host " + host + " cannot be looked up here",
                            "See that the name is right, and that this machine's resolver knows it");
                }
            }
        }
    }

    /** Looks at who listens, without listening. */
    static void port(Places places, Config config, Machine machine, Findings findings) {
        int port = config.integer(Settings.LISTEN_PORT);
        if (!config.list(Settings.LISTEN_ADDR).isEmpty() && machine.isListenedOn(port)) {
            findings.warning(places.of(Settings.LISTEN_PORT), "a process listens on port " + port + " already",
                    "If that is the PgBouncer which is to be replaced, stop it first, or start with -R to take its sockets over");
        }
    }

    static void connections(Places places, Config config, Machine machine, Findings findings) {
        for (DatabaseConfig database : config.databases().values()) {
            if (database.hosts().isEmpty()) {
                connect(places, database, "/tmp", machine, findings);
            }
            for (String host : database.hosts()) {
                connect(places, database, host, machine, findings);
            }
        }
        for (String address : config.list(Settings.LISTEN_ADDR)) {
            InetSocketAddress at = new InetSocketAddress(address.equals("*") ? "0.0.0.0" : address, config.integer(Settings.LISTEN_PORT));
            try {
                machine.bind(at);
            } catch (IOException e) {
                findings.error(places.of(Settings.LISTEN_ADDR), "cannot listen on " + address + ":" + at.getPort() + ": " + e.getMessage(),
                        "See who has the port (ss -ltnp), and that the address is this machine's");
            }
        }
    }

    private static void connect(Places places, DatabaseConfig database, String host, Machine machine, Findings findings) {
        int port = database.serverPort();
        SocketAddress at = isUnix(host) ? UnixDomainSocketAddress.of(host + "/.s.PGSQL." + port) : new InetSocketAddress(host, port);
        try {
            machine.connect(at);
        } catch (IOException e) {
            findings.error(places.of("databases", database.name()), database.name() + ": cannot connect to " + host + ":" + port + ": " + e.getMessage(),
                    "See that PostgreSQL listens there, and that nothing between drops the connection");
        }
    }

    private static boolean isUnix(String host) {
        return host.isEmpty() || host.startsWith("/") || host.startsWith("@");
    }
}
