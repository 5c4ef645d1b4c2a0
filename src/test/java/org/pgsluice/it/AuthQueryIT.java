package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Secrets that the database itself is asked for, by the default query. */
class AuthQueryIT {
    /** CVE-2025-2291: where servers log in as another user, PostgreSQL itself does not see whose password is over. */
    @Test
    void passwordIsGoodAsLongAsItsRoleSays() throws Exception {
        PostgresServer server = PostgresServer.of(PostgresServer.NEWEST);
        server.createDatabase("secrets");
        try (Connection direct = server.connect("secrets")) {
            execute(direct, "GRANT SELECT ON pg_authid TO app");
            execute(direct, "DROP ROLE IF EXISTS good, stale, nologin");
            execute(direct, "CREATE ROLE good LOGIN PASSWORD 'secret' VALID UNTIL 'tomorrow'");
            execute(direct, "CREATE ROLE stale LOGIN PASSWORD 'secret' VALID UNTIL 'yesterday'");
            execute(direct, "CREATE ROLE nologin NOLOGIN PASSWORD 'secret'");
        }
        String line = "secrets = host=127.0.0.1 port=" + server.port() + " user=app";
        try (PoolerProcess pooler = PoolerProcess.start(List.of(line), List.of("auth_type = scram-sha-256", "auth_user = app",
                "ignore_startup_parameters = extra_float_digits"), List.of("\"app\" \"app\""))) {
            String url = "jdbc:postgresql://127.0.0.1:" + pooler.port() + "/secrets?loginTimeout=20";

            try (Connection good = DriverManager.getConnection(url, "good", "secret")) {
                assertThat(value(good, "SELECT current_user")).isEqualTo("app");
            }
            for (String refused : new String[] {"stale", "nologin"}) {
                assertThatThrownBy(() -> DriverManager.getConnection(url, refused, "secret").close()).as(refused).isInstanceOf(SQLException.class)
                        .hasMessageContaining("FATAL");
            }
        }
    }
}
