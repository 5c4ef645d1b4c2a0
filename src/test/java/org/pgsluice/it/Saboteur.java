package org.pgsluice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** Breaks what can be broken, one thing after the other, and mends all of it in the end. A thread of its own. */
final class Saboteur implements Runnable {
    static final int POOL_SIZE = 6;

    private static final List<Chore<Saboteur>> ACTS = List.of(
            Chore.of("end a server", 20, Saboteur::endServer),
            Chore.of("KILL_CLIENT", 10, Saboteur::killClient),
            Chore.of("drop a client's connection", 15, Saboteur::dropClient),
            Chore.of("PAUSE", 4, Saboteur::pauseAll),
            Chore.of("PAUSE db", 4, Saboteur::pauseDatabase),
            Chore.of("SUSPEND", 2, Saboteur::suspend),
            Chore.of("KILL", 1, Saboteur::kill),
            Chore.of("RECONNECT", 5, saboteur -> saboteur.command("RECONNECT " + saboteur.name)),
            Chore.of("DISABLE", 2, Saboteur::disable),
            Chore.of("RELOAD", 8, Saboteur::reload),
            Chore.of("SET", 12, Saboteur::set));

    private final Storm storm;
    private final SplittableRandom random;
    private final String name;
    private final Path ini;
    private final String settings;
    private final Connection console;
    private final Connection direct;

    Saboteur(Storm storm, SplittableRandom random) throws Exception {
        this.storm = storm;
        this.random = random;
        this.name = storm.database.name();
        this.ini = storm.database.pooler().ini();
        this.settings = Files.readString(ini);
        this.console = storm.database.console();
        this.direct = storm.database.direct();
    }

    @Override
    public void run() {
        String doing = "";
        try (console;
                direct) {
            while (storm.phase() == Storm.Phase.ROUGH) {
                pause(10, 120);
                Chore<Saboteur> chore = Chore.choose(ACTS, false, random);
                doing = chore.name();
                chore.act().on(this);
                storm.count("sabotage: " + doing);
            }
            doing = "mending";
            mend();
        } catch (Throwable e) {
            storm.fault("saboteur (" + doing + ")", e);
        }
    }

    private void pause(int leastMillis, int mostMillis) {
        LockSupport.parkNanos(random.nextLong(leastMillis, mostMillis) * 1_000_000L);
    }

    private void command(String command) throws SQLException {
        Sql.execute(console, command);
    }

    private void endServer() throws SQLException {
        Sql.execute(direct, "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = '" + name
                + "' AND usename = 'app' AND backend_type = 'client backend' ORDER BY random() LIMIT 1)");
    }

    /** Those that carry a cancel request are left alone: it might strike later, when its client no longer reckons with it. */
    private void killClient() throws SQLException {
        List<String> ids = new ArrayList<>();
        try (Statement statement = console.createStatement();
                ResultSet rows = statement.executeQuery("SHOW CLIENTS")) {
            while (rows.next()) {
                if (rows.getString("database").equals(name) && List.of("active", "waiting").contains(rows.getString("state"))) {
                    ids.add(rows.getString("id"));
                }
            }
        }
        if (!ids.isEmpty()) {
            unlessRefused("KILL_CLIENT " + ids.get(random.nextInt(ids.size())));
        }
    }

    private void unlessRefused(String command) throws SQLException {
        try {
            command(command);
        } catch (SQLException e) {
            storm.count("refused: " + command.replaceAll("[0-9]+", "…"));
        }
    }

    private void dropClient() {
        storm.clients.get(random.nextInt(storm.clients.size())).drop();
    }

    private void pauseAll() throws SQLException {
        command("PAUSE");
        pause(1, 150);
        command("RESUME");
    }

    private void pauseDatabase() throws SQLException {
        command("PAUSE " + name);
        pause(1, 150);
        command("RESUME " + name);
    }

    private void suspend() throws SQLException {
        command("SUSPEND");
        pause(1, 100);
        command("RESUME");
    }

    private void kill() throws SQLException {
        command("KILL " + name);
        pause(1, 100);
        command("RESUME " + name);
    }

    private void disable() throws SQLException {
        command("DISABLE " + name);
        pause(1, 100);
        command("ENABLE " + name);
    }

    private void reload() throws SQLException, IOException {
        Files.writeString(ini, settings.replace("default_pool_size = " + POOL_SIZE, "default_pool_size = " + random.nextInt(2, POOL_SIZE + 3)));
        command("RELOAD");
    }

    private void set() throws SQLException {
        String[] choice = {
            "default_pool_size=" + random.nextInt(2, POOL_SIZE + 3),
            "max_prepared_statements=" + random.nextInt(1, 9),
            "server_lifetime=" + random.nextInt(1, 3),
            "server_idle_timeout=1",
            "server_round_robin=" + random.nextInt(2),
            "server_reset_query_always=" + random.nextInt(2),
            "server_check_delay=" + random.nextInt(2),
            "sbuf_loopcnt=" + random.nextInt(1, 6),
            "max_client_conn=" + random.nextInt(40, 100),
            "query_wait_timeout=" + random.nextInt(1, 4),
            "min_pool_size=" + random.nextInt(4),
        };
        command("SET " + choice[random.nextInt(choice.length)]);
    }

    private void mend() throws SQLException, IOException {
        Files.writeString(ini, settings);
        command("RELOAD");
    }
}
