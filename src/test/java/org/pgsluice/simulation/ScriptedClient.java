package org.pgsluice.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Outbox;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.wire.PgError;

/** A client of the world that sends what it is told and keeps what it gets. Its methods are for the time between events. */
public final class ScriptedClient implements Reactor.DialHandler, Connection.Handler {
    private final SimulatedReactor reactor;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private @Nullable Connection connection;
    private @Nullable Outbox outbox;
    private byte[] early = {};
    private int reads;
    private boolean ended;
    private @Nullable IOException failure;

    public ScriptedClient(SimulatedReactor reactor, SocketAddress address) {
        this.reactor = reactor;
        reactor.perform(() -> reactor.dial(address, SocketOptions.DEFAULT, this));
    }

    @Override
    public void onConnected(Connection opened) {
        connection = opened;
        Outbox out = new Outbox(opened);
        outbox = out;
        opened.handler(this);
        opened.wantRead(true);
        write(out, early);
    }

    @Override
    public void onDialFailed(IOException reason) {
        failure = reason;
    }

    @Override
    public void onReadable() {
        Connection open = connection;
        if (open == null) {
            return;
        }
        try {
            ByteBuffer in = reactor.buffers().in().clear();
            int got = open.read(in);
            if (got < 0) {
                end();
                return;
            }
            byte[] bytes = new byte[got];
            in.flip().get(bytes);
            received.writeBytes(bytes);
            reads++;
        } catch (IOException e) {
            failure = e;
            end();
        }
    }

    @Override
    public void onWritable() {
        Outbox out = outbox;
        if (out != null) {
            try {
                out.flush(reactor.buffers());
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    private void end() {
        ended = true;
        Connection open = connection;
        if (open != null) {
            open.close();
        }
        if (outbox != null) {
            outbox.close(reactor.buffers());
        }
    }

    private void write(Outbox out, byte[] bytes) {
        try {
            out.write(ByteBuffer.wrap(bytes), reactor.buffers());
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Sends bytes, as soon as the connection is open. */
    public void send(byte... bytes) {
        Outbox out = outbox;
        if (out == null) {
            int before = early.length;
            early = Arrays.copyOf(early, before + bytes.length);
            System.arraycopy(bytes, 0, early, before, bytes.length);
        } else if (!ended) {
            reactor.perform(() -> write(out, bytes));
        }
    }

    /** Goes on over what {@code decorator} puts on the connection. */
    public void upgrade(UnaryOperator<Connection> decorator) {
        reactor.perform(() -> {
            Connection decorated = decorator.apply(Objects.requireNonNull(connection));
            connection = decorated;
            outbox = new Outbox(decorated);
            decorated.handler(this);
            decorated.wantRead(true);
        });
    }

    /** The connection that it talks over. */
    public Connection connection() {
        return Objects.requireNonNull(connection);
    }

    /** Whether the connection is open, and with it what was sent before under way. */
    public boolean opened() {
        return connection != null;
    }

    /** Breaks the connection behind what it has sent. */
    public void reset() {
        reactor.perform(() -> ((SimulatedConnection) Objects.requireNonNull(connection)).reset());
    }

    /** Leaves, without a word. */
    public void close() {
        reactor.perform(this::end);
    }

    /** Reads no more, or goes on. */
    public void reading(boolean on) {
        Connection open = connection;
        if (open != null && !ended) {
            reactor.perform(() -> open.wantRead(on));
        }
    }

    /** All that came so far. */
    public byte[] received() {
        return received.toByteArray();
    }

    /** All that came since the last call. */
    public byte[] takeReceived() {
        byte[] bytes = received.toByteArray();
        received.reset();
        return bytes;
    }

    /** In how many pieces it came. */
    public int reads() {
        return reads;
    }

    /** Whether the other end closed the connection, or it broke. */
    public boolean ended() {
        return ended;
    }

    public @Nullable IOException failure() {
        return failure;
    }

    /** The messages in {@code bytes} for people: type and, where it is short, what is in it. */
    public static String describe(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.remaining() >= 5) {
            char tag = (char) in.get();
            int length = in.getInt() - 4;
            if (length < 0 || length > in.remaining()) {
                return text.append(tag).append("(cut)").toString();
            }
            byte[] body = new byte[length];
            in.get(body);
            text.append(tag);
            if (length > 0) {
                text.append('(').append(new String(body, StandardCharsets.UTF_8).replaceAll("[^ -~]+", "|")).append(')');
            }
            text.append(' ');
        }
        return in.hasRemaining() ? text.append("+").append(in.remaining()).toString() : text.toString();
    }

    /** The same in short: of errors the SQLSTATE alone, and no reports or notices. What must be alike wherever the client is connected. */
    public static String brief(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.remaining() >= 5) {
            char tag = (char) in.get();
            byte[] body = new byte[in.getInt() - 4];
            in.get(body);
            String content = new String(body, StandardCharsets.UTF_8);
            switch (tag) {
                case 'S', 'N', 'K' -> {}
                case 'E' -> text.append("E:").append(PgError.read(ByteBuffer.wrap(body)).sqlState()).append(' ');
                case 'C' -> text.append("C:").append(content, 0, content.length() - 1).append(' ');
                case 'Z' -> text.append("Z:").append(content).append(' ');
                case 'D' -> text.append("D:").append(content.substring(6)).append(' ');
                default -> text.append(tag).append(' ');
            }
        }
        return text.toString().strip();
    }
}
