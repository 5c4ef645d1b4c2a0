package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** What an application does most, on every supported PostgreSQL, in transaction mode with one server connection for two clients. */
class VersionsIT {
    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void twoClientsShareAServer(int major) throws Exception {
        boolean prepares = PoolerProcess.keepsPreparedStatements();
        String threshold = prepares ? "1" : "0";
        try (PooledDatabase database = PooledDatabase.open(major, VersionsIT.class, "pool_mode = transaction", "default_pool_size = 1");
                Connection first = database.connect("prepareThreshold", threshold, "ApplicationName", "first");
                Connection second = database.connect("prepareThreshold", threshold, "ApplicationName", "second")) {
            assertThat(value(first, "SHOW server_version")).startsWith(major + ".");
            assertThat(first.getMetaData().getDatabaseMajorVersion()).isEqualTo(major);

            try (PreparedStatement twice = first.prepareStatement("SELECT 2 * ?");
                    PreparedStatement thrice = second.prepareStatement("SELECT 3 * ?")) {
                for (int i = 0; i < 5; i++) {
                    assertThat(value(twice, i)).isEqualTo(2 * i);
                    assertThat(value(thrice, i)).isEqualTo(3 * i);
                }
            }

            assertThat(value(first, "SHOW application_name")).isEqualTo("first");
            assertThat(value(second, "SHOW application_name")).isEqualTo("second");

            execute(first, "CREATE TABLE guests (id int PRIMARY KEY, name text)");
            first.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY guests FROM STDIN", new StringReader("1\tAda\n2\tGrace\n"));
            StringWriter out = new StringWriter();
            second.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY guests TO STDOUT", out);
            assertThat(out).hasToString("1\tAda\n2\tGrace\n");

            first.setAutoCommit(false);
            execute(first, "DELETE FROM guests");
            assertThatThrownBy(() -> execute(first, "INSERT INTO guests VALUES (1, 'a'), (1, 'b')")).isInstanceOf(SQLException.class);
            first.rollback();
            assertThat(value(second, "SELECT count(*) FROM guests")).isEqualTo("2");

            try (Statement slow = second.createStatement()) {
                slow.setQueryTimeout(1);
                assertThatThrownBy(() -> slow.execute("SELECT pg_sleep(30)")).hasMessageContaining("canceling statement due to user request");
            }
            assertThat(value(second, "SELECT 1")).isEqualTo("1");
        }
    }
}
