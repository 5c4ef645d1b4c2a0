package org.pgsluice.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.pgsluice.demo.Account;
import org.pgsluice.demo.Ports;
import org.pgsluice.demo.PostgresBinaries;
import org.pgsluice.demo.PostgresCluster;
import org.pgsluice.demo.Workplace;

/**
 * A PostgreSQL of a major version: one a JVM, started when first asked for, with the superuser {@code postgres} and the role {@code app}, each with its name as
 * password.
 */
final class PostgresServer {
    static final int NEWEST = 18;

    private static final Map<Integer, PostgresServer> RUNNING = new ConcurrentHashMap<>();

    private final int major;
    private final int port;

    private PostgresServer(int major, int port) {
        this.major = major;
        this.port = port;
    }

    static PostgresServer of(int major) {
        return RUNNING.computeIfAbsent(major, PostgresServer::start);
    }

    private static PostgresServer start(int major) {
        try {
            Account account = Account.current();
            Workplace place = Workplace.open(null, account);
            PostgresBinaries binaries = PostgresBinaries.find(Path.of("target", major == NEWEST ? "demo-lib" : "older-postgres"), major);
            PostgresCluster cluster = new PostgresCluster(binaries, account, place.directory());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster, place)));
            cluster.prepare("UTF8", List.of("CREATE ROLE app LOGIN PASSWORD 'app'"));
            int port = Ports.free();
            cluster.start(port, List.of("max_connections=200", "max_wal_senders=4", "wal_level=logical"));
            return new PostgresServer(major, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void stop(PostgresCluster cluster, Workplace place) {
        try (place) {
            cluster.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int major() {
        return major;
    }

    int port() {
        return port;
    }

    /** Makes a database of that name, empty and owned by {@code app}. */
    void createDatabase(String name) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            statement.execute("CREATE DATABASE " + name + " OWNER app");
        }
    }

    /** A connection of {@code app} past the pooler; the properties are the driver's, name and value by turns. */
    Connection connectAsApp(String database, String... properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", "app");
        all.setProperty("password", "app");
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, all);
    }

    /** A superuser's connection past the pooler. */
    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, "postgres", "postgres");
    }
}
