package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Six clients share four servers and do at random what a session may do, one after another. Each has a twin with a connection of its own. Two of them may do
 * what holds a server, so that one is free when another is in a transaction. {@code -Dtwins.seconds} makes it last, {@code -Dtwins.seed} repeats a sequence.
 */
@DisabledIfSystemProperty(named = "pooler", matches = ".+", disabledReason = "no other pooler has it")
class TwinSessionsIT {
    private static final int CLIENTS = 6;
    private static final int HOLDERS = 2;
    private static final int STEPS = 80;
    private static final String OWN = "twinsessionsit_own";
    private static final String LOCKS = "SELECT coalesce(string_agg(objid || mode, ' ' ORDER BY objid, mode), '') FROM pg_locks"
            + " WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    private static PooledDatabase database;
    private static Connection behind;
    private static Connection beside;

    @BeforeAll
    static void start() throws Exception {
        database = PooledDatabase.open(PostgresServer.NEWEST, TwinSessionsIT.class, "pool_mode = transaction", "default_pool_size = 4",
                "max_pinned_servers = " + HOLDERS, "session_state = carry", "session_functions = hidden, locked", "server_round_robin = 1");
        database.server().createDatabase(OWN);
        behind = database.direct();
        beside = database.server().connect(OWN);
        for (Connection direct : List.of(behind, beside)) {
            execute(direct, "DO $$BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END$$");
            execute(direct, "GRANT reader TO app");
            execute(direct, "CREATE FUNCTION hidden(text) RETURNS text LANGUAGE sql AS $$SELECT set_config('lock_timeout', $1, false)$$");
            execute(direct, "CREATE FUNCTION locked(int) RETURNS boolean LANGUAGE sql AS $$SELECT pg_try_advisory_lock($1)$$");
            execute(direct, "CREATE SEQUENCE numbers");
            execute(direct, "GRANT ALL ON SEQUENCE numbers TO app, reader");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        behind.close();
        beside.close();
        database.close();
    }

    private static Twins connect(int who, Random random) throws SQLException {
        List<String> properties = new ArrayList<>();
        if (who % 2 == 1) {
            String asked = "-c work_mem=" + (who + 20) + "MB -c app.a=login\\ " + who + " -c search_path=login,public -c IntervalStyle=sql_standard";
            properties.addAll(List.of("options", asked));
        }
        if (random.nextBoolean()) {
            properties.addAll(List.of("preferQueryMode", "simple"));
        }
        String[] all = properties.toArray(new String[0]);
        return new Twins(database.connect(all), database.server().connectAsApp(OWN, all));
    }

    @Test
    void everybodySeesWhatASessionOfItsOwnWouldHave() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.getInteger("twins.seconds", 5));
        long seed = Long.getLong("twins.seed", new Random().nextLong());
        int sequences = 0;
        do {
            sequence(seed++);
            sequences++;
        } while (System.nanoTime() < end && System.getProperty("twins.seed") == null);
        System.out.println("TwinSessionsIT: sequences " + sequences);
    }

    private static void sequence(long seed) throws Exception {
        Random random = new Random(seed);
        StringBuilder history = new StringBuilder("seed " + seed);
        SessionSteps steps = new SessionSteps(random);
        List<Twins> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(connect(i, random));
            }
            int inside = -1;
            for (int step = 0; step < STEPS; step++) {
                int who = inside >= 0 && random.nextInt(3) > 0 ? inside : random.nextInt(CLIENTS);
                Twins client = clients.get(who);
                if (random.nextInt(40) == 0) {
                    history.append("\n").append(who).append(" leaves");
                    client.close();
                    clients.set(who, connect(who, random));
                    sameLocks(history);
                    inside = who == inside ? -1 : inside;
                    continue;
                }
                String sql = steps.next(inside < 0 || inside == who, inside == who, who < HOLDERS);
                history.append("\n").append(who).append(": ").append(sql);
                client.step(sql, history);
                inside = client.inTransaction() ? who : inside == who ? -1 : inside;
                client.lastValue(random.nextBoolean() ? "SELECT lastval()" : "SELECT currval('numbers')", history);
                boolean said = sql.matches("(?s).*(otify|NOTIFY|COMMIT).*");
                for (int i = 0; said && i < CLIENTS; i++) {
                    if (i != inside) {
                        clients.get(i).hear(history);
                    }
                }
            }
        } catch (SQLException | AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + history + "\n" + database.pooler().log(), e);
        } finally {
            for (Twins client : clients) {
                client.close();
            }
        }
        sameLocks(history);
    }

    /** What those who left had is gone in time. */
    private static void sameLocks(CharSequence history) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!value(behind, LOCKS).equals(value(beside, LOCKS)) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(value(behind, LOCKS)).as(() -> history.toString()).isEqualTo(value(beside, LOCKS));
    }
}
