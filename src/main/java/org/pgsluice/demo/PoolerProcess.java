package org.pgsluice.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The pooler as its users start it: the launcher, an ini file and a userlist. Used by one thread. */
final class PoolerProcess implements AutoCloseable {
    private final Path directory;
    private final Process process;

    /** Writes the files into the directory and starts the launcher; {@link #awaitStart} waits for it. */
    PoolerProcess(Path launcher, Account account, Path directory, int port, int httpPort, int postgresPort, String authType) throws IOException {
        this.directory = directory;
        Path users = Files.writeString(directory.resolve("userlist.txt"), "\"demo\" \"demo\"\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        account.own(users);
        Path ini = Files.writeString(directory.resolve("pgsluice.ini"), """
                [databases]
                demo = host=127.0.0.1 port=%d

                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = %s
                auth_file = %s
                admin_users = demo
                pool_mode = transaction
                default_pool_size = 5
                max_client_conn = 200
                max_prepared_statements = 100
                logfile = %s
                http_listen = 127.0.0.1:%d
                """.formatted(postgresPort, port, authType, users, log(), httpPort));
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "-q"));
        if (account.name() != null) {
            command.addAll(List.of("-u", account.name()));
        }
        command.add(ini.toString());
        ProcessBuilder builder = new ProcessBuilder(account.guardOnly("QUIT", command)).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PGBOUNCER_"));
        builder.environment().put("PGSLUICE_NO_BUILD", "1");
        process = builder.redirectOutput(directory.resolve("pgsluice.out").toFile()).start();
        process.getOutputStream().close();
    }

    /** Waits until it accepts connections, at most half a minute; throws {@link IOException} with its last words if it does not. */
    void awaitStart(int port) throws IOException, InterruptedException {
        for (int tries = 0; !Ports.accepts(port); tries++) {
            if (!process.isAlive() || tries == 600) {
                throw new IOException("the pooler did not start:\n" + lastWords());
            }
            Thread.sleep(50);
        }
    }

    Process process() {
        return process;
    }

    Path log() {
        return directory.resolve("pgsluice.log");
    }

    /** Stops it, whoever is connected; waits until it has gone. */
    @Override
    public void close() {
        Thread.interrupted(); // the interrupt that made us stop must not cut the stop short
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() throws InterruptedException {
        // the first SIGTERM waits for clients, the second does not
        for (int tries = 0; tries < 20 && process.isAlive(); tries++) {
            process.destroy();
            if (process.waitFor(tries == 0 ? 200 : 500, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
        process.destroyForcibly().waitFor();
    }

    private String lastWords() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : List.of(directory.resolve("pgsluice.out"), log())) {
            if (Files.exists(file)) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }
}
