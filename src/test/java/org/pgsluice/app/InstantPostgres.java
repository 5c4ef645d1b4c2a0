package org.pgsluice.app;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/** Lets everybody in and answers every request at once with one row of one column. A thread for each connection; all end with the socket. */
final class InstantPostgres implements AutoCloseable {
    private final ServerSocket listener;

    InstantPostgres() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream raw = new BufferedInputStream(socket.getInputStream());
            DataInputStream in = new DataInputStream(raw);
            OutputStream out = socket.getOutputStream();
            in.skipNBytes(in.readInt() - 4);
            MessageWriter answer = new MessageWriter();
            answer.begin(BackendTag.AUTHENTICATION).int32(0).end();
            answer.begin(BackendTag.PARAMETER_STATUS).cstring("server_version").cstring("17.0").end();
            answer.begin(BackendTag.BACKEND_KEY_DATA).int32(1).int32(2).end();
            ready(answer);
            while (true) {
                out.write(answer.toBytes());
                answer.clear();
                do {
                    byte tag = in.readByte();
                    in.skipNBytes(in.readInt() - 4);
                    answer(tag, answer);
                } while (raw.available() > 0);
            }
        } catch (IOException ended) {
            // the pooler has left
        }
    }

    private static void answer(byte tag, MessageWriter out) {
        switch (tag) {
            case FrontendTag.QUERY -> {
                description(out);
                row(out);
                ready(out);
            }
            case FrontendTag.PARSE -> out.begin(BackendTag.PARSE_COMPLETE).end();
            case FrontendTag.BIND -> out.begin(BackendTag.BIND_COMPLETE).end();
            case FrontendTag.DESCRIBE -> description(out);
            case FrontendTag.EXECUTE -> row(out);
            case FrontendTag.SYNC -> ready(out);
            default -> {}
        }
    }

    private static void description(MessageWriter out) {
        out.begin(BackendTag.ROW_DESCRIPTION).int16(1).cstring("abalance").int32(0).int16(0).int32(23).int16(4).int32(-1).int16(0).end();
    }

    private static void row(MessageWriter out) {
        out.begin(BackendTag.DATA_ROW).int16(1).int32(1).int8('7').end();
        out.begin(BackendTag.COMMAND_COMPLETE).cstring("SELECT 1").end();
    }

    private static void ready(MessageWriter out) {
        out.begin(BackendTag.READY_FOR_QUERY).int8('I').end();
    }
}
