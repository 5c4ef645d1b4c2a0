package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** Replication through the pooler in transaction mode, by pgjdbc: SQL and streams, logical and physical. */
class ReplicationIT {
    private static final String[] LOGICAL = {"replication", "database", "assumeMinServerVersion", "14", "preferQueryMode", "simple"};
    private static final String[] PHYSICAL = {"replication", "true", "assumeMinServerVersion", "14", "preferQueryMode", "simple"};

    private PooledDatabase database;

    @BeforeEach
    void open() throws Exception {
        database = PooledDatabase.open(PostgresServer.NEWEST, ReplicationIT.class, "pool_mode = transaction", "default_pool_size = 3", "query_timeout = 2");
        try (Connection direct = database.direct()) {
            execute(direct, "ALTER ROLE app REPLICATION");
        }
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void logicalStreamFollowsWhatOthersWriteLongerThanAQueryMayRun() throws Exception {
        try (Connection writer = database.connect();
                Connection reader = database.connect(LOGICAL)) {
            execute(writer, "CREATE TABLE notes (id int)");
            assertThat(value(reader, "SELECT 1 + 1")).isEqualTo("2");
            execute(reader, "CREATE_REPLICATION_SLOT through TEMPORARY LOGICAL test_decoding");
            // autovacuum analyzes when it likes: without the option test_decoding shows its transactions as BEGIN and COMMIT with nothing between
            try (PGReplicationStream stream = reader.unwrap(PGConnection.class).getReplicationAPI().replicationStream().logical().withSlotName("through")
                    .withSlotOption("skip-empty-xacts", true).start()) {
                execute(writer, "ANALYZE notes");
                long until = System.nanoTime() + 4_000_000_000L;
                for (int i = 1; System.nanoTime() - until < 0; i++) {
                    execute(writer, "INSERT INTO notes VALUES (" + i + ")");
                    assertThat(next(stream)).startsWith("BEGIN");
                    assertThat(next(stream)).contains("INSERT: id[integer]:" + i);
                    assertThat(next(stream)).startsWith("COMMIT");
                    stream.setFlushedLSN(stream.getLastReceiveLSN());
                    stream.forceUpdateStatus();
                }
            }
            assertThat(value(reader, "SELECT 2 + 2")).isEqualTo("4");
        }
    }

    @Test
    void physicalStreamEndsAndTheConnectionGoesOn() throws Exception {
        try (Connection writer = database.connect();
                Connection reader = database.connect(PHYSICAL)) {
            LogSequenceNumber start = LogSequenceNumber.valueOf(value(writer, "SELECT pg_current_wal_lsn()"));
            execute(writer, "CREATE TABLE filler AS SELECT generate_series(1, 20000) i");
            try (PGReplicationStream stream = reader.unwrap(PGConnection.class).getReplicationAPI().replicationStream().physical().withStartPosition(start)
                    .start()) {
                int bytes = 0;
                while (bytes < 500_000) {
                    bytes += stream.read().remaining();
                }
            }
            assertThat(value(reader, "SHOW wal_level")).isEqualTo("logical");
        }
    }

    private static String next(PGReplicationStream stream) throws Exception {
        ByteBuffer message = stream.read();
        return StandardCharsets.UTF_8.decode(message).toString();
    }
}
