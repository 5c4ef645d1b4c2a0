package org.pgsluice.rehearsal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Plays all parts around the pooler once, and then has it end. Reads nothing but what it has written itself. */
public final class Rehearsal {
    static final String USER = "rehearsal";
    static final String PASSWORD = "rehearsal";

    private static final long LONGEST_MILLIS = 120_000;
    private static final int LOGINS = 250;
    private static final int ROUNDS = 1_500;
    private static final int CROWD = 6;
    private static final List<String> TABLES = List.of(
            "VERSION", "STATE", "CONFIG", "DATABASES", "USERS", "POOLS", "CLIENTS", "SERVERS", "SOCKETS", "STATS", "TOTALS", "LISTS", "MEM", "DNS_HOSTS",
            "REACTORS", "HELP");

    private final int port;

    private Rehearsal(int port) {
        this.port = port;
    }

    /**
     * Begins: the pooler is to be started with the configuration file that is returned, and ends by itself.
     *
     * @param directory an empty one that nobody else may write to
     */
    public static Path begin(Path directory) throws IOException {
        StandIn postgres = new StandIn();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.writeString(directory.resolve("users"), "\"" + USER + "\" \"" + PASSWORD + "\"\n");
        StringBuilder databases = new StringBuilder();
        for (StandIn.Method method : StandIn.Method.values()) {
            databases.append(method).append(" = host=127.0.0.1 port=").append(postgres.port()).append(" dbname=").append(method).append('\n');
        }
        Path file = Files.writeString(directory.resolve("pgsluice.ini"), """
                [databases]
                %s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                admin_users = %s
                pool_mode = transaction
                default_pool_size = 2
                max_prepared_statements = 20
                logfile = %s
                """.formatted(databases, port, directory.resolve("users"), USER, directory.resolve("log")));
        Rehearsal rehearsal = new Rehearsal(port);
        Thread guests = new Thread(rehearsal::play, "rehearsal");
        guests.setDaemon(true);
        guests.start();
        Thread watch = new Thread(rehearsal::endInTime, "rehearsal-end");
        watch.setDaemon(true);
        watch.start();
        return file;
    }

    private void play() {
        try {
            Guest console = Guest.untilThere(port, "pgbouncer", LONGEST_MILLIS);
            for (String type : List.of("trust", "md5", "scram-sha-256", "plain")) {
                console.query("SET auth_type = '" + type + "'");
                for (int i = 0; i < LOGINS; i++) {
                    login(StandIn.Method.values()[i % StandIn.Method.values().length], i);
                }
            }
            console.query("SET auth_type = 'trust'");
            crowd();
            for (int i = 0; i < 20; i++) {
                for (String table : TABLES) {
                    console.query("SHOW " + table);
                }
            }
            for (String command : List.of("RELOAD", "PAUSE", "RESUME", "RECONNECT")) {
                console.query(command);
            }
            cancel();
            Compilers.awaitCalm();
        } catch (IOException | RuntimeException | InterruptedException e) {
            System.err.println("rehearsal: " + e); // what was seen until now is archived all the same
        }
        end();
    }

    private void login(StandIn.Method method, int turn) throws IOException {
        try (Guest guest = Guest.login(port, method.name())) {
            if (turn % 2 == 0) {
                guest.query("select 1");
            } else {
                guest.extended("", "select $1", 1);
            }
        }
    }

    /** More clients than servers, so that some wait; each way to ask. */
    private void crowd() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            String application = "rehearsal " + i % 2;
            Thread thread = new Thread(() -> work(application), "rehearsal-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(LONGEST_MILLIS);
        }
    }

    private void work(String application) {
        try (Guest guest = Guest.login(port, StandIn.Method.TRUST.name(), "application_name", application)) {
            for (int i = 0; i < ROUNDS; i++) {
                switch (i % 6) {
                    case 0 -> guest.query("select 1");
                    case 1 -> guest.extended("", "select $1", 1);
                    case 2 -> guest.named("s" + i / 6 % 30, "select " + i / 6 % 30);
                    case 3 -> {
                        guest.query("begin");
                        guest.query("select 1");
                        guest.query("commit");
                    }
                    case 4 -> guest.extended("p", "select $1", 5);
                    case 5 -> {
                        if (i % 60 == 5) {
                            guest.copyIn(20);
                            guest.query("copy out");
                        }
                    }
                    default -> throw new IllegalStateException();
                }
            }
        } catch (IOException | RuntimeException e) {
            System.err.println("rehearsal: " + e);
        }
    }

    private void cancel() throws IOException {
        try (Guest guest = Guest.login(port, StandIn.Method.TRUST.name())) {
            guest.query("select 1");
            for (int i = 0; i < 20; i++) {
                guest.cancel(port);
            }
        }
    }

    private void end() {
        try (Guest console = Guest.login(port, "pgbouncer")) {
            console.query("SHUTDOWN");
        } catch (IOException ended) {
            // as it should
        }
    }

    private void endInTime() {
        try {
            Thread.sleep(LONGEST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }
}
