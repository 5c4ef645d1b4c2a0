package org.pgsluice.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.admin.view.Counts;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.StatsRow;
import org.pgsluice.config.ConsoleVersion;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;

/** PostgreSQL's JDBC driver at a console, over loopback. */
class ConsoleDriverTest {
    private final FakePooler pooler = new FakePooler();
    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        Counts counts = new Counts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1L << 40);
        pooler.snapshot = Snapshot.EMPTY
                .with(Part.VERSION, List.of("PgBouncer 1.26.1"))
                .with(Part.STATE, List.of(PoolerState.PAUSED))
                .with(Part.STATS, List.of(new StatsRow("app", counts, Counts.ZERO, 1_000_000)));
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> {
            while (!listener.isClosed()) {
                try (Socket socket = listener.accept()) {
                    serve(socket);
                } catch (IOException e) {
                    // The next one, or the end of the test.
                }
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void driverReadsTablesInEveryQueryMode(String mode) throws SQLException {
        try (Connection connection = connect(mode);
                PreparedStatement show = connection.prepareStatement("SHOW STATS_TOTALS")) {
            // The driver names its statement at the fifth time, and asks for binary values from then on.
            for (int i = 0; i < 8; i++) {
                try (ResultSet rows = show.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString("database")).isEqualTo("app");
                    assertThat(rows.getLong("query_count")).isEqualTo(3);
                    assertThat(rows.getBigDecimal("client_login_count")).isEqualByComparingTo(Long.toString(1L << 40));
                    assertThat(rows.next()).isFalse();
                }
            }
        }
    }

    @Test
    void driverWorksInTransactionsAndFetchesInSteps() throws SQLException {
        try (Connection connection = connect("extended")) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(1);
                try (ResultSet rows = statement.executeQuery("SHOW STATE")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo("active");
                }
            }
            connection.commit();
            connection.setAutoCommit(true);
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        }
    }

    @Test
    void driverGoesOnAfterAnError() throws SQLException {
        try (Connection connection = connect("extended");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("PAUSE nodb"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("no such database: nodb");

            statement.execute("PAUSE app");
            assertThat(pooler.calls).contains("pause app");
        }
    }

    private Connection connect(String mode) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "pgbouncer");
        properties.setProperty("preferQueryMode", mode);
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "10");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + listener.getLocalPort() + "/pgbouncer", properties);
    }

    private void serve(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        WritableByteChannel out = Channels.newChannel(socket.getOutputStream());
        in.skipNBytes(in.readInt() - 4L);
        out.write(welcome());
        AdminSession session = new AdminSession(Rights.ADMIN, pooler, pooler, ZoneOffset.UTC, ConsoleVersion.NEWEST, new SocketConsole(out));
        try {
            while (true) {
                byte tag = in.readByte();
                byte[] body = in.readNBytes(in.readInt() - 4);
                session.onMessage(tag, ByteBuffer.wrap(body));
            }
        } catch (EOFException e) {
            session.close();
        }
    }

    private static ByteBuffer welcome() {
        MessageWriter welcome = new MessageWriter();
        welcome.begin(BackendTag.AUTHENTICATION).int32(0).end();
        String[] parameters = {"server_version", "1.26.1/bouncer", "client_encoding", "UTF8", "DateStyle", "ISO", "standard_conforming_strings", "on"};
        for (int i = 0; i < parameters.length; i += 2) {
            welcome.begin(BackendTag.PARAMETER_STATUS).cstring(parameters[i]).cstring(parameters[i + 1]).end();
        }
        welcome.begin(BackendTag.READY_FOR_QUERY).int8('I').end();
        return welcome.toBuffer();
    }

    private record SocketConsole(WritableByteChannel out) implements Console {
        @Override
        public void send(ByteBuffer bytes) {
            try {
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void sendWithDescriptor(ByteBuffer row, int descriptor) {
            send(row);
        }

        @Override
        public void later(Runnable next) {
            next.run();
        }

        @Override
        public void onReady() {}

        @Override
        public void onCommand(String query) {}

        @Override
        public void onIssued(String line) {}

        @Override
        public void onError(String message) {}

        @Override
        public void onTerminate() {}

        @Override
        public void onFault() {
            throw new AssertionError("a fault");
        }

        @Override
        public void onViolation(String reason) {
            throw new IllegalStateException(reason);
        }
    }
}
