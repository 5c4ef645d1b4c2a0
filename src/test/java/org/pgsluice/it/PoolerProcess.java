package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pgsluice.demo.Account;
import org.pgsluice.demo.Ports;
import org.pgsluice.demo.Workplace;

/** The program under test, started by its launcher with an ini file and a userlist of its own, on a free port. Closing it stops it and checks its exit code. */
final class PoolerProcess implements AutoCloseable {
    private static final Path PROGRAM = Path.of(System.getProperty("pooler", "pgsluice")).toAbsolutePath();

    private final Workplace place;
    private final int port;
    private final ProcessBuilder builder;
    private Process process;

    private PoolerProcess(Workplace place, int port, ProcessBuilder builder) throws IOException {
        this.place = place;
        this.port = port;
        this.builder = builder;
        this.process = builder.start();
    }

    /**
     * Starts it and waits until it accepts connections.
     *
     * @param databases the lines of that section
     * @param settings the lines of section {@code pgbouncer} beside addresses and files, which are given
     * @param users the lines of the userlist
     */
    static PoolerProcess start(List<String> databases, List<String> settings, List<String> users) throws IOException, InterruptedException {
        Account account = Account.current();
        Workplace place = Workplace.open(null, account);
        Path directory = place.directory();
        int port = Ports.free();
        List<String> lines = new ArrayList<>();
        lines.add("[databases]");
        lines.addAll(databases);
        lines.addAll(List.of("[pgbouncer]", "listen_addr = 127.0.0.1", "listen_port = " + port));
        lines.add("unix_socket_dir = " + directory);
        lines.add("pidfile = " + directory.resolve("pid"));
        lines.add("auth_file = " + Files.write(directory.resolve("userlist.txt"), users));
        lines.add("logfile = " + directory.resolve("log"));
        lines.addAll(settings);
        Path ini = Files.write(directory.resolve("pooler.ini"), lines);
        List<String> words = new ArrayList<>(List.of(PROGRAM.toString(), "-q"));
        if (account.name() != null) {
            words.addAll(List.of("-u", account.name()));
        }
        words.add(ini.toString());
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PGBOUNCER_"));
        builder.environment().put("PGSLUICE_NO_BUILD", "1");
        builder.environment().put("PGSLUICE_JAVA_OPTS", "-ea");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("out").toFile()));
        PoolerProcess pooler = new PoolerProcess(place, port, builder);
        pooler.awaitAccept();
        return pooler;
    }

    /** Whether the program under test keeps prepared statements apart in transaction mode: PgBouncer before 1.21 does not, and does not know the setting. */
    static boolean keepsPreparedStatements() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(PROGRAM.toString(), "--version").start();
        String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        String[] parts = version.lines().findFirst().orElseThrow().replace("PgBouncer ", "").split("\\.");
        return Integer.parseInt(parts[1]) >= 21;
    }

    /** Whether it is ours that is tested. */
    static boolean isOurs() {
        return System.getProperty("pooler") == null;
    }

    /** Starts another one with {@code -R}, in place of the one that runs, and waits until that has ended. Returns its exit code. */
    int restart() throws IOException, InterruptedException {
        Process old = process;
        Process successor = startSuccessor();
        boolean ended = false;
        for (int i = 0; i < 300 && !ended && successor.isAlive(); i++) {
            ended = old.waitFor(200, TimeUnit.MILLISECONDS);
        }
        if (!ended) {
            successor.destroyForcibly();
            throw new IOException("the old process did not end:\n" + log());
        }
        process = successor;
        return old.exitValue();
    }

    /** The same, but waits until the new one serves. Returns the old one. */
    Process restartBeside() throws IOException {
        Process old = process;
        int before = timesUp();
        Process successor = startSuccessor();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (timesUp() == before) {
            if (!successor.isAlive() || System.nanoTime() > deadline) {
                successor.destroyForcibly();
                throw new IOException("the new process did not start:\n" + log());
            }
            LockSupport.parkNanos(20_000_000);
        }
        process = successor;
        return old;
    }

    private int timesUp() throws IOException {
        return log().split("process up: ", -1).length;
    }

    private Process startSuccessor() throws IOException {
        List<String> words = new ArrayList<>(builder.command());
        words.add("-R");
        ProcessBuilder successor = new ProcessBuilder(words).directory(place.directory().toFile()).redirectErrorStream(true)
                .redirectOutput(builder.redirectOutput());
        successor.environment().clear();
        successor.environment().putAll(builder.environment());
        return successor.start();
    }

    private void awaitAccept() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Ports.accepts(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                String text = log();
                place.close();
                throw new IOException("the pooler did not start:\n" + text);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM, as a service manager sends it, once. */
    void terminate() {
        process.destroy();
    }

    /** Its configuration file. */
    Path ini() {
        return place.directory().resolve("pooler.ini");
    }

    /** What it has logged and printed until now. */
    String log() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String name : List.of("out", "log")) {
            Path file = place.directory().resolve(name);
            if (Files.exists(file)) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    /** SIGTERM twice: the first waits for clients. */
    @Override
    public void close() throws IOException {
        String log;
        try (place) {
            process.destroy();
            for (int tries = 0; tries < 20 && !hasEnded(); tries++) {
                process.destroy();
            }
            log = log();
            boolean ended = !process.isAlive();
            process.destroyForcibly();
            assertThat(ended).as("the pooler ends within ten seconds; its log:\n%s", log).isTrue();
        }
        if (isOurs()) { // PgBouncer before 1.23 takes SIGTERM for an emergency
            assertThat(process.exitValue()).as("exit code; its log:\n%s", log).isZero();
        }
    }

    private boolean hasEnded() {
        try {
            return process.waitFor(500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
