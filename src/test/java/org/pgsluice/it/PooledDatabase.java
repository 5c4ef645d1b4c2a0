package org.pgsluice.it;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** A database of a real server with the program under test in front of it; role, password and pooler's admin are {@code app}. */
final class PooledDatabase implements AutoCloseable {
    private final PostgresServer server;
    private final String name;
    private final PoolerProcess pooler;

    private PooledDatabase(PostgresServer server, String name, PoolerProcess pooler) {
        this.server = server;
        this.name = name;
        this.pooler = pooler;
    }

    /** Makes a database that is called like the test class, and starts the pooler with these settings. */
    static PooledDatabase open(int major, Class<?> test, String... settings) throws Exception {
        PostgresServer server = PostgresServer.of(major);
        String name = test.getSimpleName().toLowerCase(Locale.ROOT);
        server.createDatabase(name);
        List<String> lines = new ArrayList<>(List.of("auth_type = scram-sha-256", "admin_users = app", "ignore_startup_parameters = extra_float_digits"));
        if (PoolerProcess.keepsPreparedStatements()) {
            lines.add("max_prepared_statements = 100");
        }
        lines.addAll(List.of(settings));
        String database = name + " = host=127.0.0.1 port=" + server.port();
        return new PooledDatabase(server, name, PoolerProcess.start(List.of(database), lines, List.of("\"app\" \"app\"")));
    }

    PostgresServer server() {
        return server;
    }

    String name() {
        return name;
    }

    PoolerProcess pooler() {
        return pooler;
    }

    /** Through the pooler; the properties are the driver's, name and value by turns. */
    Connection connect(String... properties) throws SQLException {
        return connectTo(name, properties);
    }

    /** The pooler's console. */
    Connection console() throws SQLException {
        return connectTo("pgbouncer");
    }

    /** Past the pooler, as superuser. */
    Connection direct() throws SQLException {
        return server.connect(name);
    }

    private Connection connectTo(String database, String... properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", "app");
        all.setProperty("password", "app");
        all.setProperty("loginTimeout", "20");
        all.setProperty("socketTimeout", "60");
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + pooler.port() + "/" + database, all);
    }

    @Override
    public void close() throws IOException {
        pooler.close();
    }
}
