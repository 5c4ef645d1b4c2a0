package org.pgsluice.rehearsal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.pgsluice.auth.ClientAuth;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.MockSalts;
import org.pgsluice.net.SecureRandomSource;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/**
 * A PostgreSQL that only pretends: it asks for a password as the database's name says, and answers every request with one row. A thread for each connection.
 */
final class StandIn {
    private static final SecureRandomSource RANDOM = new SecureRandomSource();
    private static final Credentials CREDENTIALS = Credentials.parse(Rehearsal.USER, Rehearsal.PASSWORD.getBytes(StandardCharsets.US_ASCII));

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final MockSalts salts = new MockSalts(RANDOM);

    /** How it wants to be shown the password: the names of its databases. */
    enum Method {
        TRUST,
        MD5,
        SCRAM
    }

    StandIn() throws IOException {
        run("stand-in", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private static void run(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                run("stand-in-session", () -> serve(socket));
            }
        } catch (IOException ended) {
            // with the process
        }
    }

    private void serve(Socket socket) {
        try (Frames frames = new Frames(socket)) {
            socket.setSoTimeout(0);
            ByteBuffer startup = frames.body();
            if (startup.getInt(0) == StartupPacket.CODE_SSL) {
                frames.write(new byte[] {'N'});
                startup = frames.body();
            }
            if (startup.getInt(0) == StartupPacket.CODE_CANCEL) {
                return;
            }
            String text = StandardCharsets.ISO_8859_1.decode(startup).toString();
            Method method = Method.TRUST;
            for (Method each : Method.values()) {
                method = text.contains("\0database\0" + each + "\0") ? each : method;
            }
            MessageWriter out = new MessageWriter();
            if (method != Method.TRUST && !proven(frames, method)) {
                return;
            }
            out.begin(BackendTag.AUTHENTICATION).int32(0).end();
            for (String[] parameter : new String[][] {
                {"server_version", "18.0"}, {"server_encoding", "UTF8"}, {"client_encoding", "UTF8"}, {"DateStyle", "ISO, MDY"}, {"TimeZone", "UTC"},
                {"standard_conforming_strings", "on"},
                {"integer_datetimes", "on"}, {"application_name", ""}
            }) {
                out.begin(BackendTag.PARAMETER_STATUS).cstring(parameter[0]).cstring(parameter[1]).end();
            }
            out.begin(BackendTag.BACKEND_KEY_DATA).int32(1).int32(2).end();
            new Dialogue(frames, out).run();
        } catch (IOException ended) {
            // the pooler has left
        }
    }

    private boolean proven(Frames frames, Method method) throws IOException {
        ClientAuth auth = method == Method.MD5
                ? ClientAuth.md5(Rehearsal.USER, CREDENTIALS, RANDOM)
                : ClientAuth.scram(Rehearsal.USER, CREDENTIALS, 4096, RANDOM, salts, null);
        ClientAuth.Step step = auth.start();
        while (true) {
            switch (step) {
                case ClientAuth.Step.Send send -> {
                    frames.write(send.frame());
                    step = auth.onMessage(frames.read().body());
                }
                case ClientAuth.Step.Ask ask -> {
                    ask.work().run();
                    step = auth.resume();
                }
                case ClientAuth.Step.Derive derive -> {
                    derive.work().run();
                    step = auth.resume();
                }
                case ClientAuth.Step.Accepted accepted -> {
                    frames.write(accepted.frame());
                    return true;
                }
                case ClientAuth.Step.Rejected _ -> {
                    return false;
                }
            }
        }
    }

    /** What comes after the login. */
    private static final class Dialogue {
        private final Frames frames;
        private final MessageWriter out;
        private char status = 'I';

        Dialogue(Frames frames, MessageWriter out) {
            this.frames = frames;
            this.out = out;
        }

        void run() throws IOException {
            ready();
            while (true) {
                frames.write(out);
                do {
                    Frames.Frame frame = frames.read();
                    answer(frame.tag(), frame.body());
                } while (frames.more());
            }
        }

        private void answer(byte tag, ByteBuffer body) {
            switch (tag) {
                case FrontendTag.QUERY -> query(StandardCharsets.UTF_8.decode(body).toString().toLowerCase(Locale.ROOT));
                case FrontendTag.PARSE -> out.begin(BackendTag.PARSE_COMPLETE).end();
                case FrontendTag.BIND -> out.begin(BackendTag.BIND_COMPLETE).end();
                case FrontendTag.CLOSE -> out.begin(BackendTag.CLOSE_COMPLETE).end();
                case FrontendTag.DESCRIBE -> {
                    if (body.get() == 'S') {
                        out.begin(BackendTag.PARAMETER_DESCRIPTION).int16(0).end();
                    }
                    description();
                }
                case FrontendTag.EXECUTE -> row();
                case FrontendTag.COPY_DONE -> {
                    complete("COPY 20");
                    ready();
                }
                case FrontendTag.SYNC -> ready();
                default -> {}
            }
        }

        private void query(String sql) {
            if (sql.startsWith("begin")) {
                status = 'T';
                complete("BEGIN");
            } else if (sql.startsWith("commit")) {
                status = 'I';
                complete("COMMIT");
            } else if (sql.startsWith("copy in")) {
                out.begin(BackendTag.COPY_IN_RESPONSE).int8(0).int16(0).end();
                return;
            } else if (sql.startsWith("copy out")) {
                out.begin(BackendTag.COPY_OUT_RESPONSE).int8(0).int16(0).end();
                out.begin(BackendTag.COPY_DATA).cstring("row").end();
                out.begin(BackendTag.COPY_DONE).end();
                complete("COPY 1");
            } else if (sql.startsWith("select")) {
                description();
                row();
            } else {
                complete("SET");
            }
            ready();
        }

        private void description() {
            out.begin(BackendTag.ROW_DESCRIPTION).int16(1).cstring("column").int32(0).int16(0).int32(25).int16(-1).int32(-1).int16(0).end();
        }

        private void row() {
            out.begin(BackendTag.DATA_ROW).int16(1).int32(1).int8('1').end();
            complete("SELECT 1");
        }

        private void complete(String tag) {
            out.begin(BackendTag.COMMAND_COMPLETE).cstring(tag).end();
        }

        private void ready() {
            out.begin(BackendTag.READY_FOR_QUERY).int8(status).end();
        }
    }
}
