package org.pgsluice.rehearsal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.ServerAuth;
import org.pgsluice.net.SecureRandomSource;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.StartupPacket;

/** A client of the rehearsal, that waits for each answer. For one thread. */
final class Guest implements AutoCloseable {
    private static final SecureRandomSource RANDOM = new SecureRandomSource();

    private final Frames frames;
    private final MessageWriter out = new MessageWriter();
    private final Set<String> names = new HashSet<>();
    private byte[] cancelKey = {};

    private Guest(Frames frames) {
        this.frames = frames;
    }

    static Guest login(int port, String database, String... parameters) throws IOException {
        Guest guest = new Guest(new Frames(new Socket(InetAddress.getLoopbackAddress(), port)));
        guest.out.beginUntagged().int32(StartupPacket.PROTOCOL_3_0);
        guest.out.cstring("user").cstring(Rehearsal.USER).cstring("database").cstring(database);
        for (String text : parameters) {
            guest.out.cstring(text);
        }
        guest.frames.write(guest.out.int8(0).end());
        Credentials credentials = Credentials.parse(Rehearsal.USER, Rehearsal.PASSWORD.getBytes(StandardCharsets.US_ASCII));
        guest.answerUntilReady(new ServerAuth(credentials, Rehearsal.USER, RANDOM, null));
        return guest;
    }

    /** The first one, which may come before the pooler listens. */
    static Guest untilThere(int port, String database, long millis) throws IOException, InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (true) {
            try {
                return login(port, database);
            } catch (ConnectException notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
                Thread.sleep(20);
            }
        }
    }

    void query(String sql) throws IOException {
        out.begin(FrontendTag.QUERY).cstring(sql).end();
        frames.write(out);
        untilReady();
    }

    /** {@code times} executions in one pipeline; a name is parsed the first time. */
    void extended(String name, String sql, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            if (name.isEmpty() || names.add(name)) {
                out.begin(FrontendTag.PARSE).cstring(name).cstring(sql).int16(0).end();
            }
            bind(name);
        }
        out.begin(FrontendTag.SYNC).end();
        frames.write(out);
        untilReady();
    }

    /** A statement with a name, as drivers prepare it: in a round of its own. */
    void named(String name, String sql) throws IOException {
        if (names.add(name)) {
            out.begin(FrontendTag.PARSE).cstring(name).cstring(sql).int16(0).end();
            out.begin(FrontendTag.DESCRIBE).int8('S').cstring(name).end();
            out.begin(FrontendTag.SYNC).end();
            frames.write(out);
            untilReady();
        }
        bind(name);
        out.begin(FrontendTag.SYNC).end();
        frames.write(out);
        untilReady();
    }

    private void bind(String name) {
        out.begin(FrontendTag.BIND).cstring("").cstring(name).int16(0).int16(1).int32(1).int8('1').int16(0).end();
        out.begin(FrontendTag.DESCRIBE).int8('P').cstring("").end();
        out.begin(FrontendTag.EXECUTE).cstring("").int32(0).end();
    }

    void copyIn(int rows) throws IOException {
        out.begin(FrontendTag.QUERY).cstring("copy in").end();
        frames.write(out);
        while (frames.read().tag() != BackendTag.COPY_IN_RESPONSE) {
            // until it may begin
        }
        for (int i = 0; i < rows; i++) {
            out.begin(FrontendTag.COPY_DATA).cstring("row").end();
        }
        out.begin(FrontendTag.COPY_DONE).end();
        frames.write(out);
        untilReady();
    }

    void cancel(int port) throws IOException {
        try (Frames other = new Frames(new Socket(InetAddress.getLoopbackAddress(), port))) {
            other.write(new MessageWriter().beginUntagged().int32(StartupPacket.CODE_CANCEL).bytes(cancelKey).end());
        }
    }

    private void untilReady() throws IOException {
        byte tag;
        do {
            Frames.Frame frame = frames.read();
            tag = frame.tag();
            refuseFatal(frame);
        } while (tag != BackendTag.READY_FOR_QUERY);
    }

    private void answerUntilReady(ServerAuth auth) throws IOException {
        while (true) {
            Frames.Frame frame = frames.read();
            ByteBuffer body = frame.body();
            switch (frame.tag()) {
                case BackendTag.AUTHENTICATION -> answer(auth, auth.onRequest(body.getInt(), body));
                case BackendTag.BACKEND_KEY_DATA -> {
                    cancelKey = new byte[body.remaining()];
                    body.get(cancelKey);
                }
                case BackendTag.READY_FOR_QUERY -> {
                    return;
                }
                default -> refuseFatal(frame);
            }
        }
    }

    private void answer(ServerAuth auth, ServerAuth.Step first) throws IOException {
        ServerAuth.Step step = first;
        while (step instanceof ServerAuth.Step.Derive derive) {
            derive.work().run();
            step = auth.resume();
        }
        switch (step) {
            case ServerAuth.Step.Send send -> frames.write(send.frame());
            case ServerAuth.Step.Failed failed -> throw new IOException(failed.message());
            case ServerAuth.Step.Done _, ServerAuth.Step.Derive _ -> {}
        }
    }

    private static void refuseFatal(Frames.Frame frame) throws IOException {
        if (frame.tag() == BackendTag.ERROR_RESPONSE) {
            PgError error = PgError.read(frame.body());
            if (error.severity().equals("FATAL")) {
                throw new IOException(error.message());
            }
        }
    }

    @Override
    public void close() throws IOException {
        out.begin(FrontendTag.TERMINATE).end();
        try (frames) {
            frames.write(out);
        }
    }
}
