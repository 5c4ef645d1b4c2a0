package org.pgsluice.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Starts PostgreSQL and the pooler, says how to reach them, and waits. All of it runs on the main thread; a signal interrupts that, and the way back out stops
 * and deletes everything.
 */
public final class Demo {
    private static final int MAJOR = 18;

    private final DemoOptions options;
    private final String program;

    private Demo(DemoOptions options, String program) {
        this.options = options;
        this.program = program;
    }

    public static void main(String[] words) {
        String program = System.getProperty("pgsluice.exe", "pgsluice");
        DemoOptions options;
        try {
            options = DemoOptions.parse(List.of(words));
        } catch (IllegalArgumentException e) {
            System.err.println(program + ": " + e.getMessage());
            System.exit(1);
            return;
        }
        if (options.help()) {
            System.out.print(DemoOptions.help(program));
            return;
        }
        Thread main = Thread.currentThread();
        Thread stop = new Thread(() -> interruptAndAwait(main), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        String failure = null;
        try {
            new Demo(options, program).run();
        } catch (InterruptedException e) {
            return; // by the hook, which ends the process
        } catch (IOException e) {
            failure = program + ": " + e.getMessage();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException e) {
            return; // a signal has come, the failure is of its making, and the hook waits for this thread
        }
        if (failure != null) {
            System.err.println(failure);
            System.exit(1);
        }
    }

    private static void interruptAndAwait(Thread main) {
        main.interrupt();
        try {
            main.join(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // being stopped is the demo's usual end
        Runtime.getRuntime().halt(0);
    }

    private void run() throws IOException, InterruptedException {
        int port = port("--port", options.port(), options.postgresPort() == 6432 ? 0 : 6432);
        int httpPort = port("", 0, port == 9127 ? 0 : 9127);
        int postgresPort = port("--postgres-port", options.postgresPort(), port == 54320 ? 0 : 54320);
        Account account = Account.current();
        PostgresBinaries binaries = PostgresBinaries.find(Path.of(System.getProperty("pgsluice.demo.lib", "target/demo-lib")), MAJOR);
        try (Workplace place = Workplace.open(options.keep(), account)) {
            Path directory = place.directory();
            System.out.println("Starting PostgreSQL " + binaries.version() + " and the pooler ...");
            PostgresCluster postgres = new PostgresCluster(binaries, account, directory);
            postgres.prepare("UTF8", List.of("CREATE ROLE demo LOGIN PASSWORD 'demo'", "CREATE DATABASE demo OWNER demo"));
            try (postgres) {
                postgres.start(postgresPort, List.of());
                try (PoolerProcess pooler = new PoolerProcess(launcher(), account, directory, port, httpPort, postgresPort,
                        options.tour() ? "plain" : "scram-sha-256")) {
                    pooler.awaitStart(port);
                    if (options.tour()) {
                        new Tour(port, postgresPort, postgres, System.out).run();
                        return;
                    }
                    System.out.print(text(place, pooler.log(), port, httpPort, postgresPort));
                    awaitEnd(postgres.process(), pooler.process());
                }
            }
        }
    }

    private static String text(Workplace place, Path log, int port, int httpPort, int postgresPort) {
        String url = "postgres://demo:demo@127.0.0.1:" + port;
        return """

                The pooler listens on 127.0.0.1:%d in transaction mode; PostgreSQL behind it on 127.0.0.1:%d. User and password: demo.

                  a session    psql "%3$s/demo"
                  the console  psql "%3$s/pgbouncer"
                  its page     http://127.0.0.1:%6$d
                  its log      tail -f %4$s

                Worth a try:
                  SELECT pg_backend_pid();                  in two sessions: one server connection serves both
                  SHOW POOLS;  SHOW SERVERS;  PAUSE demo;   on the console; RESUME demo; goes on
                  pgbench -i "%3$s/demo"
                  pgbench -S -c 50 -T 10 -M prepared "%3$s/demo"   50 clients share 5 servers

                %5$sCtrl-C stops both.
                """
                .formatted(port, postgresPort, url, log, place.kept() ? "The data stay in " + place.directory() + ". " : "", httpPort);
    }

    private static void awaitEnd(Process postgres, Process pooler) throws IOException, InterruptedException {
        try {
            Process ended = (Process) CompletableFuture.anyOf(postgres.onExit(), pooler.onExit()).get();
            throw new IOException((ended == postgres ? "PostgreSQL" : "the pooler") + " has ended by itself, with code " + ended.exitValue());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path launcher() throws IOException {
        Path launcher = Path.of(program).toAbsolutePath();
        if (!Files.isExecutable(launcher)) {
            throw new IOException("there is no launcher at " + launcher);
        }
        return launcher;
    }

    private static int port(String name, int wanted, int usual) throws IOException {
        if (wanted != 0 && !Ports.isFree(wanted)) {
            throw new IOException(name + " " + wanted + " is taken");
        }
        int port = wanted == 0 ? usual : wanted;
        return port != 0 && Ports.isFree(port) ? port : Ports.free();
    }
}
