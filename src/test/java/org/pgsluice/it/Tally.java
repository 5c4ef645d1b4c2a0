package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counters in the table {@code tally} that many clients raise under an advisory lock each, and how often they did. Any thread. */
final class Tally {
    static final int COUNTERS = 3;
    static final String TABLE = "CREATE TABLE tally (k int PRIMARY KEY, n bigint, who text);"
            + "INSERT INTO tally SELECT k, 0 FROM generate_series(0, " + (COUNTERS - 1) + ") k";

    private final AtomicLongArray begun = new AtomicLongArray(COUNTERS);
    private final AtomicLongArray committed = new AtomicLongArray(COUNTERS);

    /** It is about to be committed. */
    void begins(int counter) {
        begun.incrementAndGet(counter);
    }

    void committed(int counter) {
        committed.incrementAndGet(counter);
    }

    /** Where the connection broke at COMMIT, it may or may not have counted. */
    void check(Connection connection) throws SQLException {
        for (int k = 0; k < COUNTERS; k++) {
            assertThat(Long.parseLong(Sql.value(connection, "SELECT n FROM tally WHERE k = " + k))).as("tally %d", k).isBetween(committed.get(k), begun.get(k));
        }
    }
}
