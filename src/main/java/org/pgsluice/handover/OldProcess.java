package org.pgsluice.handover;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.PassingSocket;
import org.pgsluice.pool.Registry;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.StartupPacket;

/** The console of the process that runs already, seen by the one that is about to take its place. It waits for answers, on the starting thread. */
final class OldProcess implements Closeable {
    private static final int LONGEST = 1 << 30;

    private final PassingSocket socket;
    private ByteBuffer in = ByteBuffer.allocate(64 * 1024).limit(0);

    private OldProcess(PassingSocket socket) {
        this.socket = socket;
    }

    /** One row of an answer, with the descriptor that came with it, -1 for none. */
    record Row(int descriptor, List<byte @Nullable []> values) {}

    /** What a command came to. */
    record Answer(List<Row> rows, @Nullable PgError error) {}

    /** Connects to the unix socket that it listens on; null when nobody does. */
    static @Nullable OldProcess connect(SocketAddress address) throws IOException {
        PassingSocket socket = PassingSocket.connect(address);
        return socket == null ? null : new OldProcess(socket);
    }

    /** The number of the user that it runs as, -1 where the system does not tell. */
    long uid() {
        return socket.peerCredentials().uid();
    }

    /** Logs in as the process's own user. */
    void login() throws IOException {
        MessageWriter out = new MessageWriter().beginUntagged().int32(StartupPacket.PROTOCOL_3_0);
        out.cstring("user").cstring(Registry.CONSOLE).cstring("database").cstring(Registry.CONSOLE);
        socket.write(out.int8(0).end().toBuffer());
        Answer answer = answer();
        if (answer.error() != null) {
            throw new IOException("login failed: " + answer.error().message());
        }
    }

    /** Runs a command and waits until it is done. */
    Answer command(String sql) throws IOException {
        socket.write(new MessageWriter().begin(FrontendTag.QUERY).cstring(sql).end().toBuffer());
        return answer();
    }

    /** Has it end, and waits until it has. */
    void shutdown() throws IOException {
        socket.write(new MessageWriter().begin(FrontendTag.QUERY).cstring("SHUTDOWN;").end().toBuffer());
        int count = 0;
        while (count >= 0) {
            count = socket.read(in.clear());
        }
    }

    /** Closes a descriptor that came with a row. */
    void closeDescriptor(int number) {
        socket.closeDescriptor(number);
    }

    @Override
    public void close() {
        socket.close();
    }

    private Answer answer() throws IOException {
        List<Row> rows = new ArrayList<>();
        PgError error = null;
        while (true) {
            ByteBuffer message = message();
            byte tag = message.get();
            message.getInt();
            switch (tag) {
                case BackendTag.DATA_ROW -> rows.add(new Row(socket.takeDescriptor(), values(message)));
                case BackendTag.ERROR_RESPONSE -> {
                    error = PgError.read(message);
                    if (error.severity().equals("FATAL")) {
                        return new Answer(rows, error);
                    }
                }
                case BackendTag.AUTHENTICATION -> {
                    if (message.getInt() != 0) {
                        throw new IOException("it asks for a password; it may be run by another user");
                    }
                }
                case BackendTag.READY_FOR_QUERY -> {
                    return new Answer(rows, error);
                }
                default -> {}
            }
        }
    }

    private static List<byte @Nullable []> values(ByteBuffer message) {
        List<byte @Nullable []> values = new ArrayList<>();
        for (int left = message.getShort(); left > 0; left--) {
            int length = message.getInt();
            byte[] value = length < 0 ? null : new byte[length];
            if (value != null) {
                message.get(value);
            }
            values.add(value);
        }
        return values;
    }

    /** The next message as a whole. */
    private ByteBuffer message() throws IOException {
        fill(5);
        int length = Frames.length(in, in.position());
        if (length < 4 || length > LONGEST) {
            throw new IOException("it sent a broken message");
        }
        fill(1 + length);
        ByteBuffer message = in.slice(in.position(), 1 + length);
        in.position(in.position() + 1 + length);
        return message;
    }

    private void fill(int needed) throws IOException {
        while (in.remaining() < needed) {
            if (in.capacity() - in.position() < needed || in.limit() == in.capacity()) {
                ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, in.capacity()));
                in = larger.put(in).flip();
            }
            int from = in.position();
            int to = in.limit();
            in.limit(in.capacity()).position(to);
            int count = socket.read(in);
            in.limit(in.position()).position(from);
            if (count < 0) {
                throw new IOException("it closed the connection");
            }
        }
    }

    /** The text of a value, null for none. */
    static @Nullable String text(byte @Nullable [] value) {
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
}
