package org.pgsluice.pooler;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pgsluice.simulation.Requests;
import org.pgsluice.wire.BackendTag;

/**
 * A client's end of a connection, without a driver: what it sends is put together by {@link Requests}. For one thread at a time. An answer that does not come
 * is a failure.
 */
final class RawClient implements AutoCloseable {
    private static final int LONGEST_WAIT_MILLIS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private List<String> columns = List.of();

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    static RawClient login(int port, String user, String database) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(LONGEST_WAIT_MILLIS);
        RawClient client = new RawClient(socket);
        client.send(Requests.startup("user", user, "database", database));
        client.skipUntilReady();
        return client;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(Requests requests) throws IOException {
        send(requests.toBytes());
    }

    void skipUntilReady() throws IOException {
        byte tag;
        do {
            tag = in.readByte();
            in.skipNBytes(in.readInt() - 4);
        } while (tag != BackendTag.READY_FOR_QUERY);
    }

    /** The values of all rows up to the next message of the type {@code last}, row by row; an error fails the test. */
    List<String> valuesUntil(byte last) throws IOException {
        List<String> values = new ArrayList<>();
        byte tag;
        do {
            tag = in.readByte();
            int length = in.readInt() - 4;
            switch (tag) {
                case BackendTag.DATA_ROW -> readRow(values);
                case BackendTag.ROW_DESCRIPTION -> readColumns();
                case BackendTag.ERROR_RESPONSE -> throw new AssertionError(new String(in.readNBytes(length), StandardCharsets.UTF_8));
                default -> in.skipNBytes(length);
            }
        } while (tag != last);
        return values;
    }

    /** The rows of a query, by the names of their columns. */
    List<Map<String, String>> table(String query) throws IOException {
        send(new Requests().query(query));
        List<String> values = valuesUntil(BackendTag.READY_FOR_QUERY);
        List<Map<String, String>> rows = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (i % columns.size() == 0) {
                rows.add(new LinkedHashMap<>());
            }
            rows.getLast().put(columns.get(i % columns.size()), values.get(i));
        }
        return rows;
    }

    private void readColumns() throws IOException {
        List<String> names = new ArrayList<>();
        for (int left = in.readShort(); left > 0; left--) {
            StringBuilder name = new StringBuilder();
            for (byte b = in.readByte(); b != 0; b = in.readByte()) {
                name.append((char) b);
            }
            names.add(name.toString());
            in.skipNBytes(18);
        }
        columns = names;
    }

    private void readRow(List<String> values) throws IOException {
        for (int left = in.readShort(); left > 0; left--) {
            int length = in.readInt();
            values.add(length < 0 ? "" : new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            send(new Requests().terminate());
        }
    }
}
