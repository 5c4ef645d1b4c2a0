package org.pgsluice.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.AdminSession;
import org.pgsluice.admin.Console;
import org.pgsluice.admin.Operations;
import org.pgsluice.admin.Rights;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.client.ClientServices;
import org.pgsluice.client.ClientSession;
import org.pgsluice.config.ConsoleVersion;
import org.pgsluice.log.Level;
import org.pgsluice.log.Log;
import org.pgsluice.net.DescriptorSender;
import org.pgsluice.net.Passable;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pool.Pool;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.stats.Counters;
import org.pgsluice.vars.Raw;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.MessageWriter;

/** A client of the console: frames its messages for the admin session and sends its answers. On the client's reactor. */
final class ConsoleClient implements ClientServices.Console, Console {
    /** So many messages are answered in one go. */
    private static final int MOST_AT_ONCE = 8;

    private static final int LONGEST = 1 << 20;

    private final ClientSession client;
    private final AdminSession session;
    private final Operations operations;
    private final Counters counters;
    private final Log log;
    private final Pooler pooler;
    private final Slices slices;
    /** The next slice of an answer, while the client has not taken the ones before. */
    private @Nullable Runnable held;
    private @Nullable DescriptorSender sender;
    private boolean handingOver;
    private boolean resuming;
    private boolean resumingBefore;
    private boolean goingOn;

    ConsoleClient(ClientSession client, boolean admin, PoolerView view, Operations operations, Pooler pooler, Slices slices) {
        this.client = client;
        this.operations = operations;
        this.pooler = pooler;
        this.slices = slices;
        this.log = pooler.commons().log();
        this.session = new AdminSession(admin ? Rights.ADMIN : Rights.STATS, isOwn() ? view : masked(view), operations, ZoneId.systemDefault(),
                ConsoleVersion.of(pooler.books().config()), this);
        Pool pool = client.pool();
        if (pool == null) {
            throw new IllegalStateException("a console needs its pool");
        }
        this.counters = pool.counters(client.lane().index());
    }

    /** Whether the user that runs this process is at the other end, over a unix socket: only that one gets its sockets, and the keys that go with them. */
    private boolean isOwn() {
        return pooler.isOwnUser(client.connection().peerCredentials().uid());
    }

    private static PoolerView masked(PoolerView view) {
        return (parts, then) -> view.collect(parts, snapshot -> then.accept(snapshot.masked()));
    }

    /** Tells the client that it is in. */
    void welcome() {
        MessageWriter out = new MessageWriter(512);
        status(out, "server_version", session.version().number() + "/bouncer");
        status(out, "client_encoding", "UTF8");
        status(out, "server_encoding", "UTF8");
        status(out, "DateStyle", "ISO");
        status(out, "TimeZone", "GMT");
        status(out, "standard_conforming_strings", "on");
        status(out, "is_superuser", "on");
        TrackedNames names = client.vars().names();
        for (int i = 0; i < names.count(); i++) {
            String value = client.vars().value(i);
            if (value != null) {
                status(out, names.name(i), Raw.readable(value));
            }
        }
        status(out, "pgbouncer.version", session.version().number());
        status(out, "pgbouncer.max_prepared_statements", "0");
        status(out, "pgbouncer.pool_mode", "statement");
        out.begin(BackendTag.BACKEND_KEY_DATA).bytes(client.cancelKey()).end();
        out.begin(BackendTag.READY_FOR_QUERY).int8('I').end();
        client.send(ByteBuffer.wrap(out.toBytes()));
    }

    private static void status(MessageWriter out, String name, String value) {
        out.begin(BackendTag.PARAMETER_STATUS).cstring(name).cstring(value).end();
    }

    @Override
    public int onBytes(ByteBuffer in) {
        int left = MOST_AT_ONCE;
        while (!session.busy() && client.flushed() && !client.isClosed()) {
            if (left-- == 0) {
                goOnSoon();
                return 0;
            }
            if (in.remaining() < 5) {
                return 5;
            }
            byte tag = in.get(in.position());
            int length = Frames.length(in, in.position());
            if (length < 4 || length > LONGEST) {
                client.badHeader(in, in.position());
                return 0;
            }
            if (in.remaining() < 1 + length) {
                return 1 + length;
            }
            // The session may answer later; what it works on must not be the reactor's scratch buffer.
            byte[] body = new byte[length - 4];
            in.get(in.position() + 5, body);
            in.position(in.position() + 1 + length);
            session.onMessage(tag, ByteBuffer.wrap(body));
        }
        return 0;
    }

    /** Others have their turn before the next of many messages. */
    private void goOnSoon() {
        if (!goingOn) {
            goingOn = true;
            slices.add(() -> {
                goingOn = false;
                client.onConsoleReady();
            });
        }
    }

    @Override
    public boolean busy() {
        return session.busy();
    }

    @Override
    public void onCancel() {
        session.cancel();
    }

    @Override
    public void onClosed() {
        session.close();
        if (handingOver) {
            pooler.handover().failed();
        }
        if (resuming) {
            log.info("admin disappeared when suspended, doing RESUME");
            operations.cancel();
        }
    }

    @Override
    public void send(ByteBuffer bytes) {
        DescriptorSender passing = sender;
        if (passing != null && passing.busy()) {
            pass(passing, bytes, null);
        } else {
            client.send(bytes);
        }
    }

    @Override
    public void sendWithDescriptor(ByteBuffer row, int descriptor) {
        DescriptorSender passing = sender == null ? newSender() : sender;
        Passable socket = passing == null || pooler.books().pauseMode() != PauseMode.SUSPEND ? null : pooler.handover().pass(descriptor);
        if (passing == null || socket == null) {
            send(row);
            return;
        }
        sender = passing;
        handingOver = true;
        pass(passing, row, socket);
    }

    /** Nothing may wait that the sockets would overtake. */
    private @Nullable DescriptorSender newSender() {
        return isOwn() && client.flushed() ? DescriptorSender.on(client.wire(), client) : null;
    }

    private void pass(DescriptorSender passing, ByteBuffer bytes, @Nullable Passable socket) {
        try {
            passing.send(bytes, socket);
        } catch (IOException e) {
            client.close(CloseReason.CLIENT_EOF);
        }
    }

    @Override
    public void later(Runnable next) {
        if (client.flushed()) {
            slices.add(next);
        } else {
            held = next;
        }
    }

    @Override
    public void onDrained() {
        Runnable next = held;
        if (next != null) {
            held = null;
            slices.add(next);
        }
    }

    @Override
    public void onReady() {
        slices.add(client::onConsoleReady);
    }

    @Override
    public void onCommand(String query) {
        resumingBefore = resuming;
        counters.queries++;
        counters.transactions++;
    }

    @Override
    public void onIssued(String line) {
        log.info(line);
        if (handingOver && line.startsWith("RESUME")) {
            // Whoever has our sockets gives them up.
            handingOver = false;
            pooler.handover().failed();
        }
        resuming = line.startsWith("SUSPEND") || (resuming && !line.startsWith("RESUME"));
    }

    @Override
    public void onError(String message) {
        // A SUSPEND that was refused is somebody else's, and he may have passed the sockets on: our end may not have them read again.
        resuming &= resumingBefore;
        client.log(Level.ERROR, message);
        if (client.lane().commons().tuning().logPoolerErrors) {
            client.log(Level.WARNING, "pooler error: " + message);
        }
    }

    @Override
    public void onTerminate() {
        client.close(CloseReason.CLIENT_CLOSE_REQUEST);
    }

    @Override
    public void onFault() {
        client.close(CloseReason.INTERNAL_ERROR);
    }

    @Override
    public void onViolation(String reason) {
        client.fail(CloseReason.CONSOLE_VIOLATION, reason);
    }
}
