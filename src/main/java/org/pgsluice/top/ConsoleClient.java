package org.pgsluice.top;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.ServerAuth;
import org.pgsluice.net.SecureRandomSource;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/** A connection to the console, by the simple protocol. It blocks. */
final class ConsoleClient implements AutoCloseable {
    private static final int LONGEST = 64 << 20;

    private final SocketChannel channel;
    private final DataInputStream in;
    private final OutputStream out;

    private ConsoleClient(SocketChannel channel) {
        this.channel = channel;
        this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
        this.out = Channels.newOutputStream(channel);
    }

    /**
     * Connects and logs in.
     *
     * @throws IOException nobody answers there, or the login is refused; the message says which
     */
    static ConsoleClient open(TopOptions options) throws IOException {
        SocketAddress address = options.host().startsWith("/")
                ? UnixDomainSocketAddress.of(options.host() + "/.s.PGSQL." + options.port())
                : new InetSocketAddress(options.host(), options.port());
        SocketChannel channel;
        try {
            channel = SocketChannel.open(address);
        } catch (IOException | UnresolvedAddressException e) {
            throw new IOException("cannot connect to " + address + ": " + e.getMessage(), e);
        }
        ConsoleClient client = new ConsoleClient(channel);
        try {
            client.login(options);
            return client;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void login(TopOptions options) throws IOException {
        MessageWriter startup = new MessageWriter(256);
        startup.beginUntagged().int32(StartupPacket.PROTOCOL_3_0);
        startup.cstring("user").cstring(options.user()).cstring("database").cstring("pgbouncer").cstring("application_name").cstring("pgsluice top");
        startup.int8(0).end();
        send(startup.toBytes());
        Credentials credentials = Credentials.parse(options.user(), options.password().getBytes(StandardCharsets.UTF_8));
        ServerAuth auth = new ServerAuth(credentials, options.user(), new SecureRandomSource(), null);
        while (true) {
            byte tag = in.readByte();
            ByteBuffer body = body();
            if (tag == BackendTag.AUTHENTICATION) {
                answer(auth, auth.onRequest(body.getInt(), body));
            } else if (tag == BackendTag.ERROR_RESPONSE) {
                throw new IOException(message(body));
            } else if (tag == BackendTag.READY_FOR_QUERY) {
                return;
            }
        }
    }

    private void answer(ServerAuth auth, ServerAuth.Step step) throws IOException {
        if (step instanceof ServerAuth.Step.Send send) {
            send(send.frame());
        } else if (step instanceof ServerAuth.Step.Derive derive) {
            derive.work().run();
            answer(auth, auth.resume());
        } else if (step instanceof ServerAuth.Step.Failed failed) {
            throw new IOException(failed.message());
        }
    }

    /** The answer to {@code SHOW what}; null when the pooler has no such table. */
    @Nullable ConsoleTable show(String what) throws IOException {
        MessageWriter query = new MessageWriter(64);
        query.begin(FrontendTag.QUERY).cstring("SHOW " + what).end();
        send(query.toBytes());
        List<String> columns = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        boolean failed = false;
        while (true) {
            byte tag = in.readByte();
            ByteBuffer body = body();
            switch (tag) {
                case BackendTag.ROW_DESCRIPTION -> columns = columns(body);
                case BackendTag.DATA_ROW -> rows.add(row(body));
                case BackendTag.ERROR_RESPONSE -> failed = true;
                case BackendTag.READY_FOR_QUERY -> {
                    return failed ? null : new ConsoleTable(columns, rows);
                }
                default -> {}
            }
        }
    }

    private void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private ByteBuffer body() throws IOException {
        int length = in.readInt() - 4;
        if (length < 0 || length > LONGEST) {
            throw new IOException("this is no pooler: a message of " + length + " bytes");
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return ByteBuffer.wrap(body);
    }

    private static List<String> columns(ByteBuffer body) throws IOException {
        List<String> names = new ArrayList<>();
        int count = body.getShort();
        for (int i = 0; i < count; i++) {
            names.add(cstring(body));
            body.position(body.position() + 18); // table, column, type, size, modifier, format
        }
        return names;
    }

    private static List<String> row(ByteBuffer body) {
        List<String> values = new ArrayList<>();
        int count = body.getShort();
        for (int i = 0; i < count; i++) {
            int length = body.getInt();
            if (length < 0) {
                values.add(""); // NULL
            } else {
                byte[] value = new byte[length];
                body.get(value);
                values.add(new String(value, StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    /** The text of an error, without its other fields. */
    private static String message(ByteBuffer body) throws IOException {
        while (body.remaining() > 1) {
            byte field = body.get();
            String text = cstring(body);
            if (field == 'M') {
                return text;
            }
        }
        return "the login was refused";
    }

    private static String cstring(ByteBuffer body) throws IOException {
        int start = body.position();
        while (body.hasRemaining()) {
            if (body.get() == 0) {
                byte[] text = new byte[body.position() - start - 1];
                body.get(start, text);
                return new String(text, StandardCharsets.UTF_8);
            }
        }
        throw new EOFException("a text without an end");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
