package org.pgsluice.it;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.ServerAuth;
import org.pgsluice.net.SecureRandomSource;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/** A client's end of the protocol, message by message. For its client's thread; {@link #cut} for any. */
final class WireConnection {
    /**
     * A message of the server.
     *
     * @param tag its type
     * @param text its body; the columns of a row, the message of an error behind its SQLSTATE
     */
    record Reply(char tag, String text) {}

    /** The other end says that it closes the connection. */
    static final class Fatal extends IOException {
        private static final long serialVersionUID = 1;

        Fatal(PgError error) {
            super(error.sqlState() + " " + error.message());
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final Token token;
    private final SplittableRandom random;

    private WireConnection(int port, Token token, SplittableRandom random) throws IOException {
        this.token = token;
        this.random = random;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(25_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16_384));
    }

    static WireConnection open(int port, String database, Token token, SplittableRandom random) throws IOException {
        return open(port, database, token, random, "application_name", token.text(), "options", "-c search_path=" + token);
    }

    /** {@code parameters}: what the startup packet says beside user and database, names and values by turns. */
    static WireConnection open(int port, String database, Token token, SplittableRandom random, String... parameters) throws IOException {
        WireConnection connection = new WireConnection(port, token, random);
        try {
            connection.logIn(database, parameters);
            return connection;
        } catch (IOException | AssertionError e) {
            connection.cut();
            throw e;
        }
    }

    private void logIn(String database, String... parameters) throws IOException {
        MessageWriter out = new MessageWriter().beginUntagged().int32(3 << 16).cstring("user").cstring("app").cstring("database").cstring(database);
        for (String word : parameters) {
            out.cstring(word);
        }
        send(out.int8(0).end().toBytes());
        ServerAuth login = new ServerAuth(Credentials.parse("app", "app".getBytes(StandardCharsets.US_ASCII)), "app", new SecureRandomSource(), null);
        for (Reply reply = next(); reply.tag != 'Z'; reply = next()) {
            if (reply.tag == 'R') {
                authenticate(login, ByteBuffer.wrap(reply.text.getBytes(StandardCharsets.UTF_8)));
            } else if (reply.tag != 'K') {
                throw new AssertionError(token + " got " + reply + " at its login");
            }
        }
    }

    private void authenticate(ServerAuth login, ByteBuffer request) throws IOException {
        ServerAuth.Step step = login.onRequest(request.getInt(), request);
        if (step instanceof ServerAuth.Step.Derive(Runnable work)) {
            work.run();
            step = login.resume();
        }
        switch (step) {
            case ServerAuth.Step.Send(byte[] frame) -> send(frame);
            case ServerAuth.Step.Done() -> {}
            default -> throw new AssertionError(token + " cannot log in: " + step);
        }
    }

    /** How long it waits for a message; 25 seconds unless said otherwise. */
    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    // ---------------------------------------------------------------- sending

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The same in pieces, with time between them. */
    void sendSlowly(byte[] bytes) throws IOException {
        sendSlowly(bytes, bytes.length);
    }

    /** Only the first {@code count} bytes of it. */
    void sendSlowly(byte[] bytes, int count) throws IOException {
        int at = 0;
        for (int pieces = random.nextInt(3); pieces > 0 && at < count; pieces--) {
            int here = random.nextInt(count - at + 1);
            socket.getOutputStream().write(bytes, at, here);
            at += here;
            LockSupport.parkNanos(1 + random.nextLong(3_000_000));
        }
        socket.getOutputStream().write(bytes, at, count - at);
    }

    // ---------------------------------------------------------------- receiving

    /** The next message but notices and parameters, which must be the client's own. */
    Reply next() throws IOException {
        while (true) {
            char tag = (char) in.readUnsignedByte();
            byte[] body = new byte[in.readInt() - 4];
            in.readFully(body);
            switch (tag) {
                case 'N' -> notice(PgError.read(ByteBuffer.wrap(body)));
                case 'S' -> token.requireOwn(text(body));
                case 'E' -> {
                    PgError error = PgError.read(ByteBuffer.wrap(body));
                    token.requireOwn(text(body));
                    if (error.severity().equals("FATAL")) {
                        requireEnd();
                        throw new Fatal(error);
                    }
                    return new Reply(tag, error.sqlState() + " " + error.message());
                }
                case 'D' -> {
                    return new Reply(tag, columns(ByteBuffer.wrap(body)));
                }
                default -> {
                    return new Reply(tag, text(body));
                }
            }
        }
    }

    private void notice(PgError notice) {
        token.requireOwn(notice.message());
        boolean backslash = notice.message().startsWith("nonstandard use of"); // while standard_conforming_strings is off
        if (!backslash && !notice.message().contains(token.text()) && !notice.message().contains("client being queued")) {
            throw new AssertionError(token + " was told " + notice.message());
        }
    }

    /** Behind a FATAL error only another may stand: the server's, and then the pooler's. */
    private void requireEnd() throws IOException {
        try {
            for (int tag = in.read(); tag >= 0; tag = in.read()) {
                byte[] body = new byte[in.readInt() - 4];
                in.readFully(body);
                token.requireOwn(text(body));
                if (tag != 'E' || !PgError.read(ByteBuffer.wrap(body)).severity().equals("FATAL")) {
                    throw new AssertionError(token + " got " + (char) tag + " behind a FATAL error");
                }
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // reset
        }
    }

    /** Reads that many bytes, if there are so many, and forgets them. */
    void skim(int count) throws IOException {
        in.readNBytes(count);
    }

    private static String columns(ByteBuffer row) {
        int count = row.getShort();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            byte[] value = new byte[Math.max(0, row.getInt())];
            row.get(value);
            text.append(i == 0 ? "" : "|").append(text(value));
        }
        return text.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    // ---------------------------------------------------------------- the end

    void leave() throws IOException {
        send(new MessageWriter().begin((byte) 'X').end().toBytes());
        cut();
    }

    /** Closes it without a word; {@code reset}: what is still to come is refused. */
    void cut(boolean reset) {
        try {
            socket.setSoLinger(reset, 0);
        } catch (IOException e) {
            // it is closed already
        }
        cut();
    }

    void cut() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone all the same
        }
    }
}
