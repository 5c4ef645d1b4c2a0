package org.pgsluice.simulation;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Wire;
import org.pgsluice.tls.TlsConnection;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.StartupPacket;

/** One session of a {@link ScriptedPostgres}: the connection, messages in and out, the login. What messages mean is {@link ScriptedSession}'s. */
public final class ScriptedBackend implements Connection.Handler {
    private static final int SECRET = 0x5ec7e7;
    private static final int LONGEST = 1 << 26;
    private static final int POSTGRES_BUFFER = 8192;
    private static final byte TLS_HANDSHAKE = 0x16;

    private final ScriptedPostgres postgres;
    private final Connection connection;
    private final Buffers buffers;
    private final Wire wire;
    private final MessageWriter out = new MessageWriter();
    private final ScriptedSession session = new ScriptedSession(this);
    private byte[] held = {};
    private int pid;
    private String user = "";
    private String database = "";
    private boolean loggedIn;
    private boolean closed;
    private int leftToSay = -1;

    ScriptedBackend(ScriptedPostgres postgres, Connection connection) {
        this.postgres = postgres;
        this.connection = connection;
        this.buffers = connection.reactor().buffers();
        this.wire = new Wire(connection);
        wire.open(this);
    }

    public int pid() {
        return pid;
    }

    /** What the session knows: statements, parameters, transaction. */
    public ScriptedSession session() {
        return session;
    }

    int heldBytes() {
        return held.length;
    }

    @Override
    public void onReadable() {
        if (session.busy()) {
            wire.wantRead(false);
            return;
        }
        try {
            int got = wire.read(buffers, Buffers.SCRATCH_BYTES);
            if (got < 0) {
                if (session.inTransaction() && loggedIn) {
                    session.abandoned();
                }
                close();
                return;
            }
            ByteBuffer in = wire.inbox().bytes(buffers);
            if (got > 0 && !loggedIn && postgres.tls() != null && in.get(in.position()) == TLS_HANDSHAKE) {
                encrypt(in);
                return;
            }
            int needed = consume(in);
            if (!closed) {
                wire.inbox().keep(in, buffers, needed);
            }
        } catch (IOException e) {
            close();
        }
    }

    /** Goes on under TLS; {@code first} was read of it already. */
    private void encrypt(ByteBuffer first) {
        Connection encrypted = TlsConnection.accept(connection, Objects.requireNonNull(postgres.tls()), first, postgres);
        wire.upgrade(encrypted);
        wire.open(this);
    }

    /** Whether it is under TLS. */
    public boolean encrypted() {
        return wire.connection() != connection;
    }

    private int consume(ByteBuffer in) {
        while (!closed && !session.busy()) {
            int header = loggedIn ? 5 : 4;
            if (in.remaining() < header) {
                return header;
            }
            int length = in.getInt(in.position() + header - 4);
            if (length < 4 || length > LONGEST) {
                postgres.complain("message of length " + length);
                close();
                return 0;
            }
            int total = length + header - 4;
            if (in.remaining() < total) {
                return total;
            }
            ByteBuffer message = in.slice(in.position(), total);
            in.position(in.position() + total);
            if (loggedIn) {
                byte tag = message.get(0);
                if (tag == FrontendTag.TERMINATE) {
                    if (session.inTransaction()) {
                        session.abandoned();
                    }
                    close();
                } else {
                    session.onMessage(tag, new ScriptedMessage(message.position(5).slice(), this));
                }
            } else {
                login(StartupPacket.read(message));
            }
        }
        return 0;
    }

    private void login(StartupPacket packet) {
        switch (packet) {
            case StartupPacket.SslRequest request -> {
                sendRaw(new byte[] {(byte) (postgres.tls() == null ? 'N' : 'S')});
                if (postgres.tls() != null) {
                    encrypt(ByteBuffer.allocate(0));
                }
            }
            case StartupPacket.GssEncRequest request -> sendRaw(new byte[] {'N'});
            case StartupPacket.CancelRequest request -> {
                ByteBuffer key = ByteBuffer.wrap(request.key());
                postgres.cancelCame(encrypted());
                int of = key.getInt();
                int secret = key.getInt();
                soonOrNow(postgres.mood().cancelNanos(), () -> {
                    postgres.cancel(of, secret, connection.localAddress());
                    close();
                });
            }
            case StartupPacket.Invalid invalid -> {
                postgres.complain("startup packet: " + invalid.reason());
                close();
            }
            case StartupPacket.Startup startup -> {
                postgres.standards().forEach(session.parameters()::standard);
                for (Map.Entry<String, String> parameter : startup.parameters().entrySet()) {
                    session.parameters().atLogin(parameter.getKey(), parameter.getValue());
                }
                user = startup.parameters().getOrDefault("user", "");
                database = startup.parameters().getOrDefault("database", user);
                switch (postgres.mood().login()) {
                    case WELCOME -> soonOrNow(postgres.mood().loginNanos(), this::welcome);
                    case REFUSED -> die("3D000", "database \"" + database + "\" does not exist");
                    case FULL -> die("53300", "sorry, too many clients already");
                    case STARTING -> die("57P03", "the database system is starting up");
                    case HUNG_UP -> close();
                    case CUT -> {
                        cutReply(startup.parameters().size() * 40);
                        welcome();
                    }
                    case SILENCE -> {}
                }
            }
        }
    }

    private void welcome() {
        pid = postgres.newPid(SECRET);
        out.begin(BackendTag.AUTHENTICATION).int32(0).end();
        session.parameters().reportAll(out);
        out.begin(BackendTag.BACKEND_KEY_DATA).int32(pid).int32(SECRET).end();
        out.begin(BackendTag.READY_FOR_QUERY).int8('I').end();
        loggedIn = true;
        postgres.mood().welcomed(this);
        if (leftToSay >= 0) {
            flush();
            return;
        }
        byte[] welcome = out.toBytes();
        out.clear();
        sendRaw(welcome);
    }

    private void soonOrNow(long nanos, Runnable task) {
        if (nanos == 0) {
            task.run();
        } else {
            later(nanos, task);
        }
    }

    /** The user that logged in or tries to; empty before. */
    public String user() {
        return user;
    }

    /** The database that was asked for; empty before. */
    public String database() {
        return database;
    }

    /** Whether the other end has not closed the connection yet. */
    public boolean isOpenThere() {
        return ((SimulatedConnection) connection).peer().isOpen();
    }

    SocketAddress address() {
        return connection.localAddress();
    }

    /** Breaks the connection. For the time between events, as the two that follow. */
    public void reset() {
        ((SimulatedConnection) connection).reset();
    }

    /** Ends the connection {@code bytes} later, in the middle of what is said then. */
    public void cutReply(int bytes) {
        leftToSay = bytes;
    }

    /** Says something that nobody asked for. */
    public void sayUnasked(String text) {
        if (loggedIn && !closed) {
            PgError.notice(text).write(out, BackendTag.NOTICE_RESPONSE);
            flush();
        }
    }

    /** Says what no PostgreSQL says: one of four kinds of broken or unknown messages. */
    public void sayNonsense(int kind) {
        if (loggedIn && !closed) {
            switch (kind) {
                case 0 -> out.begin((byte) '!').end();
                case 1 -> out.begin(BackendTag.READY_FOR_QUERY).int8('X').end();
                case 2 -> out.begin(BackendTag.PARAMETER_STATUS).bytes(ascii("name without an end")).end();
                default -> out.int8(BackendTag.NOTICE_RESPONSE).int32(3);
            }
            flush();
        }
    }

    /** Changes a parameter as a new configuration of the server does. */
    public void parameterUnasked(String name, String value) {
        if (loggedIn && !closed) {
            session.parameters().configure(name, value, out);
            flush();
        }
    }

    /** Where replies are written; they are sent by {@link #flush}. */
    MessageWriter out() {
        return out;
    }

    /** After a message of that type: sends what was written, or keeps it as PostgreSQL does, if it is told to; an error goes out at once. */
    void flushLike(byte tag, boolean failed) {
        boolean sends = tag == FrontendTag.SYNC || tag == FrontendTag.QUERY || tag == FrontendTag.FLUSH || tag == FrontendTag.FUNCTION_CALL;
        if (!postgres.buffersReplies() || sends || failed || out.size() >= POSTGRES_BUFFER) {
            flush();
        }
    }

    /** Sends what was written, as far as the budget goes. */
    void flush() {
        byte[] fresh = out.toBytes();
        out.clear();
        byte[] all = Arrays.copyOf(held, held.length + fresh.length);
        System.arraycopy(fresh, 0, all, held.length, fresh.length);
        held = all;
        pump();
    }

    void pump() {
        if (closed) {
            return;
        }
        int now = (int) Math.min(held.length, postgres.outputBudget());
        boolean last = leftToSay >= 0 && now > leftToSay;
        if (last) {
            now = leftToSay;
        } else if (leftToSay >= 0) {
            leftToSay -= now;
        }
        if (now > 0) {
            byte[] part = Arrays.copyOf(held, now);
            held = Arrays.copyOfRange(held, now, held.length);
            postgres.spent(now);
            sendRaw(part);
        }
        if (last) {
            close();
        }
    }

    private void sendRaw(byte[] bytes) {
        try {
            wire.outbox().write(ByteBuffer.wrap(bytes), buffers);
        } catch (IOException e) {
            close();
        }
    }

    void complain(String complaint) {
        postgres.complain("backend " + pid + ": " + complaint);
    }

    /** Goes on with what came while a statement took its time. */
    void resume() {
        if (closed) {
            return;
        }
        wire.wantRead(true);
        if (!wire.inbox().hasKept()) {
            return;
        }
        ByteBuffer in = wire.inbox().bytes(buffers);
        int needed = consume(in);
        if (!closed) {
            wire.inbox().keep(in, buffers, needed);
        }
    }

    /** Runs {@code task} later unless the connection is gone. */
    void later(long nanos, Runnable task) {
        connection.reactor().schedule(nanos, () -> {
            if (!closed) {
                task.run();
            }
        });
    }

    boolean cancel() {
        return session.cancel();
    }

    int tableVersion() {
        return postgres.tableVersion();
    }

    /** Notifies all sessions. */
    void notify(String channel, String payload) {
        postgres.notify(pid, channel, payload);
    }

    /** Says a FATAL error and closes. */
    void die(String sqlState, String message) {
        PgError.fatal(sqlState, message).write(out, BackendTag.ERROR_RESPONSE);
        flush();
        close();
    }

    @Override
    public void onWritable() {
        try {
            wire.outbox().flush(buffers);
        } catch (IOException e) {
            close();
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            wire.close(buffers);
            postgres.closed(this);
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
