package org.pgsluice.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server in a directory, which it does not make durable against a crash of the machine. Its superuser is {@code postgres} with the
 * same word as password; whoever connects needs a password, over SCRAM. Used by one thread.
 */
public final class PostgresCluster implements AutoCloseable {
    private final PostgresBinaries binaries;
    private final Account account;
    private final Path directory;
    private final Path data;
    private final Path log;
    private Path programs;
    private @Nullable Process process;

    /** The directory must exist; data that lies there is used again. Nothing happens before {@link #prepare}. */
    public PostgresCluster(PostgresBinaries binaries, Account account, Path directory) {
        this.binaries = binaries;
        this.account = account;
        this.directory = directory;
        this.data = directory.resolve("data");
        this.log = directory.resolve("postgres.log");
        this.programs = directory;
    }

    /**
     * Unpacks the programs and, if there are no data yet, makes them and runs the statements, one a line, as superuser.
     *
     * @param encoding of the databases
     * @throws IOException with the end of the log, if a step fails
     */
    public void prepare(String encoding, List<String> statements) throws IOException, InterruptedException {
        account.requireAccess(directory);
        programs = binaries.unpackInto(directory).resolve("bin");
        Path version = data.resolve("PG_VERSION");
        if (Files.exists(version)) {
            String major = Files.readString(version).trim();
            if (!major.equals(String.valueOf(binaries.major()))) {
                throw new IOException(data + " is of PostgreSQL " + major + ", the programs are of " + binaries.version());
            }
            return;
        }
        // initdb's own directory has its name last, so that half of one is never taken for a whole
        Path fresh = directory.resolve("data.part");
        Trees.delete(fresh);
        Files.createDirectory(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        account.own(fresh);
        run("initdb", List.of("-D", fresh.toString(), "-U", "postgres", "-A", "trust", "-E", encoding, "--no-locale", "-N"), "");
        // without -j a statement ends with its line
        String input = "ALTER ROLE postgres PASSWORD 'postgres'\n" + String.join("\n", statements) + "\n";
        run("postgres", List.of("--single", "-D", fresh.toString(), "-c", "fsync=off", "postgres"), input);
        Files.writeString(fresh.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n");
        Files.move(fresh, data);
    }

    /** Starts it on 127.0.0.1 and waits until it is ready, at most a minute. The settings are {@code name=value}. */
    public void start(int port, List<String> settings) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(program("postgres"), "-D", data.toString(), "-p", String.valueOf(port)));
        for (String setting : List.of("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "full_page_writes=off", "shared_buffers=32MB")) {
            words.addAll(List.of("-c", setting));
        }
        for (String setting : settings) {
            words.addAll(List.of("-c", setting));
        }
        Process started = builder(account.run("INT", words)).start();
        process = started;
        started.getOutputStream().close();
        for (int tries = 0; !isReady(started); tries++) {
            if (!started.isAlive() || tries == 3000) {
                throw failure("PostgreSQL did not start");
            }
            Thread.sleep(20);
        }
    }

    /** The running process. */
    public Process process() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    /** Stops it, whoever is connected; waits until it has gone. */
    @Override
    public void close() throws IOException {
        Thread.interrupted(); // the interrupt that made us stop must not cut the stop short
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() throws IOException, InterruptedException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        // SIGTERM, all that Process can send, would wait for the clients
        Process stop = builder(account.run("KILL", List.of(program("pg_ctl"), "-D", data.toString(), "-m", "fast", "-W", "stop"))).start();
        stop.waitFor();
        if (!running.waitFor(30, TimeUnit.SECONDS)) {
            running.destroyForcibly().waitFor();
        }
    }

    /** The postmaster says so in the last line of its file, whose first is its process id: the file may be a dead one's. */
    private boolean isReady(Process started) {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            return lines.size() > 7 && lines.get(0).trim().equals(String.valueOf(started.pid())) && lines.get(7).trim().equals("ready");
        } catch (IOException e) {
            return false;
        }
    }

    private void run(String program, List<String> words, String input) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program(program)));
        command.addAll(words);
        Process child = builder(account.run("KILL", command)).start();
        try {
            try (OutputStream out = child.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // it has ended and read nothing; its exit code says why
            }
            if (child.waitFor() != 0) {
                throw failure(program + " failed");
            }
        } finally {
            child.destroyForcibly();
        }
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_") || name.equals("LANG"));
        return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private IOException failure(String what) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return new IOException(what + ":\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size())));
    }

    private String program(String name) {
        return programs.resolve(name).toString();
    }
}
