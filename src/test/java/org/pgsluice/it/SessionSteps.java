package org.pgsluice.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a session may do to itself, at random: one statement, or some in one string. {@code %d} is a digit from 1 to 4. */
final class SessionSteps {
    /** What leaves nothing that holds a server. */
    private static final List<String> ANYBODY = List.of(
            "SET work_mem = '%dMB'", "SET LOCAL work_mem = '7%dMB'", "SET LOCAL work_mem TO DEFAULT", "RESET work_mem", "SET lock_timeout = 9%d",
            "SET search_path = 's%d', public", "SET search_path TO DEFAULT", "RESET TIME ZONE", "SET app.a = 'a%d'",
            "SELECT set_config('app.b', 'b''%d', false)", "SELECT set_config('app.b', 'local', true)",
            "RESET app.a", "RESET ALL", "SET ROLE reader", "RESET ROLE", "SET TIME ZONE 'Etc/GMT+%d'", "SET IntervalStyle = 'iso_8601'",
            "SET SESSION AUTHORIZATION app", "RESET SESSION AUTHORIZATION", "SET SESSION AUTHORIZATION DEFAULT", "SET ROLE NONE",
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ", "DO $$BEGIN PERFORM set_config('app.a', 'do%d', false); END$$",
            "DO $$BEGIN EXECUTE 'SET lock_timeout = 8%d'; END$$", "SELECT hidden('7%d')", "SELECT 1/0", "SET jit = nonsense", "DISCARD ALL", "DISCARD PLANS",
            "COMMIT", "COMMIT", "ROLLBACK", "ROLLBACK", "SAVEPOINT s", "SAVEPOINT s", "RELEASE s", "ROLLBACK TO SAVEPOINT s", "SELECT 1",
            "SET work_mem = '1%dMB'; SELECT 1/0", "SET work_mem = '1%dMB'; SET lock_timeout = 6%d; SELECT 1", "SELECT 1; RESET work_mem",
            "SET TIME ZONE 'Etc/GMT+%d'; RESET ALL", "SET app.a = 'q%d'; RESET ALL",
            "SET search_path = 's%d'; DISCARD ALL", "SET work_mem TO DEFAULT; RESET ALL",
            "SAVEPOINT s; SET app.a = 'gone%d'; ROLLBACK TO s", "SET app.a = 'kept%d'; SAVEPOINT s; SET app.b = 'x'; RELEASE s",
            "PREPARE s%d AS SELECT 1", "PREPARE s1(text) AS SELECT set_config('app.a', $1, false)", "EXECUTE s%d", "EXECUTE s1('%d')", "DEALLOCATE s%d",
            "DEALLOCATE ALL", "DO $$BEGIN EXECUTE 'PREPARE s%d AS SELECT 2'; END$$",
            "LISTEN c%d", "LISTEN c%d", "UNLISTEN c%d", "UNLISTEN *", "NOTIFY c%d, '%n'", "NOTIFY c%d, '%n'", "SELECT pg_notify('c%d', '%n')",
            "LISTEN c%d; NOTIFY c%d, '%n'", "DO $$BEGIN EXECUTE 'LISTEN c%d'; END$$", "DO $$BEGIN PERFORM pg_notify('c%d', '%n'); END$$",
            "SELECT string_agg(c, ' ' ORDER BY c) FROM pg_listening_channels() AS c",
            "SELECT pg_advisory_unlock(%d)", "SELECT pg_advisory_unlock_all()", "SELECT count(*) FROM t%d", "DROP TABLE t%d", "DISCARD TEMP",
            "FETCH 1 FROM c%d", "CLOSE c%d", "CLOSE ALL", "DISCARD SEQUENCES");

    private static final List<String> BEGINNING = List.of("BEGIN", "BEGIN", "BEGIN ISOLATION LEVEL SERIALIZABLE", "START TRANSACTION READ ONLY",
            "BEGIN; SET work_mem = '2%dMB'; COMMIT", "BEGIN; LISTEN c%d; NOTIFY c%d, '%n'; COMMIT", "BEGIN; SELECT 1/0; COMMIT",
            "BEGIN; SET app.a = 'b%d'; ROLLBACK", "COMMIT; BEGIN", "SET app.b = 'c%d'; BEGIN; SET LOCAL app.b = 'd%d'");

    /** In a transaction alone. */
    private static final List<String> INSIDE = List.of("SELECT pg_try_advisory_xact_lock(%d)", "DECLARE c%d CURSOR FOR SELECT generate_series(1, 9)",
            "CREATE TEMP TABLE t%d (x int) ON COMMIT DROP", "SET CONSTRAINTS ALL DEFERRED");

    private static final List<String> HOLDING = List.of("SELECT pg_try_advisory_lock(%d)", "SELECT pg_try_advisory_lock_shared(%d)",
            "CREATE TEMP TABLE t%d (x int)", "CREATE TEMP TABLE t%d AS SELECT 1 AS x", "INSERT INTO t%d VALUES (1)",
            "DECLARE c%d CURSOR WITH HOLD FOR SELECT generate_series(1, 9)", "DO $$BEGIN PERFORM pg_try_advisory_lock(%d); END$$",
            "DO $$BEGIN CREATE TEMP TABLE t%d (x int); END$$", "SELECT locked(%d)", "CREATE TEMP TABLE t%d (x int); DROP TABLE t%d",
            "SELECT pg_try_advisory_lock(%d); SELECT pg_advisory_unlock(%d)", "SELECT nextval('numbers')", "SELECT nextval('numbers')");

    private final Random random;
    private int number;

    SessionSteps(Random random) {
        this.random = random;
    }

    /**
     * The next one.
     *
     * @param begins whether it may begin a transaction
     * @param inside whether one is under way
     * @param holds whether what is left may hold the server
     */
    String next(boolean begins, boolean inside, boolean holds) {
        List<String> all = new ArrayList<>(ANYBODY);
        for (int i = 0; begins && i < (inside ? 1 : 2); i++) {
            all.addAll(BEGINNING);
        }
        if (inside) {
            all.addAll(INSIDE);
        }
        for (int i = 0; holds && i < 2; i++) {
            all.addAll(HOLDING);
        }
        String text = all.get(random.nextInt(all.size())).replace("%n", "n" + ++number);
        while (text.contains("%d")) {
            text = text.replaceFirst("%d", String.valueOf(1 + random.nextInt(4)));
        }
        return text;
    }
}
