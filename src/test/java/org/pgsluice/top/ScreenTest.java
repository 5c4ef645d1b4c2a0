package org.pgsluice.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final ConsoleTable POOLS = table(
            "database user cl_active cl_waiting sv_active sv_idle sv_used sv_tested sv_login maxwait maxwait_us pool_mode",
            "app app 12 8 5 2 1 0 0 1 500000 transaction", "pgbouncer pgbouncer 1 0 0 0 0 0 0 0 0 statement");
    private static final ConsoleTable DATABASES = table("name pool_size", "app 10");

    @Test
    void ratesAreThoseBetweenTwoPictures() {
        List<String> lines = new Screen(80, false).draw("u@h:1", picture(0, 100, 100_000), picture(2_000_000_000L, 300, 500_000));

        assertThat(lines).contains("21 clients, 8 waiting   5 of 8 servers active");
        assertThat(lines).anyMatch(line -> line.matches("app +100\\.0 +100\\.0 +2\\.0 ms +0 us +0\\.0 kB +0\\.0 kB"));
        assertThat(lines).anyMatch(line -> line.matches("app +transaction +12 +8  \\[##########\\+\\+---- {4}] +5/8 +1\\.5 s"));
    }

    @Test
    void firstPictureHasTheAveragesOfThePooler() {
        assertThat(new Screen(80, false).draw("u@h:1", null, picture(0, 100, 0))).anyMatch(line -> line.matches("app +7\\.0 +8\\.0 +9\\.0 ms .*"));
    }

    @Test
    void namesMoveNoCursor() {
        ConsoleTable pools = new ConsoleTable(List.of("database", "user"), List.of(Arrays.asList("a\033[2Jb", "c\r\n\u202Ed")));
        Picture now = new Picture(0, "v", "active", pools, table("database"), DATABASES, null, null);

        assertThat(String.join("", new Screen(80, true).draw("w", null, now))).contains("a?[2Jb/c???d").doesNotContain("\033[2J");
    }

    @Test
    void slowestWaitsAndAdviceAreThereWhereThereAreSome() {
        ConsoleTable clients = table("state database user addr port wait wait_us application_name", "waiting app u 192.0.2.1 5 0 20000 web",
                "active app u x 1 9 0 y", "waiting app u 192.0.2.2 6 3 0 job");
        ConsoleTable advice = new ConsoleTable(List.of("severity", "finding", "remedy"), List.of(List.of("warning", "Clients wait", "Raise pool_size.")));
        List<String> lines = new Screen(80, false).draw("w", null, new Picture(0, "v", "paused", POOLS, table("database"), DATABASES, clients, advice));

        assertThat(lines).containsSubsequence("slowest waits", "    3.0 s  app/u                        192.0.2.2:6  job",
                "  20.0 ms  app/u                        192.0.2.1:5  web", "advice", "warning  Clients wait. Raise pool_size.");
    }

    private static Picture picture(long nanos, long count, long micros) {
        String stats = "database total_xact_count total_query_count total_query_time avg_xact_count avg_query_count avg_query_time";
        ConsoleTable rows = table(stats, "app " + count + " " + count + " " + micros + " 7 8 9000");
        return new Picture(nanos, "PgBouncer 1.26.1", "active", POOLS, rows, DATABASES, null, null);
    }

    private static ConsoleTable table(String columns, String... rows) {
        return new ConsoleTable(List.of(columns.split(" ")), Arrays.stream(rows).map(row -> List.of(row.split(" "))).toList());
    }
}
