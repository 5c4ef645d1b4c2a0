package org.pgsluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Inbox;
import org.pgsluice.net.Outbox;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.ClientState;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.server.Addresses;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.SqlState;

/**
 * One connection of an application, from accept to close. On its reactor's thread, but for {@link #granted}, {@link #welcomed} and {@link #refused}, which the books'
 * callers may call anywhere.
 *
 * <pre>
 * ClientLogin -> (wait for the pool's first server) -> Link or Console -> closed
 *            \-> cancel request -> closed
 * </pre>
 */
public final class ClientSession extends ClientEntry implements Connection.Handler {
    private static final long SECOND = 1_000_000_000L;

    private final long id;
    private final Lane lane;
    private final ClientServices services;
    private final Connection connection;
    private final Inbox inbox;
    private final Outbox outbox;
    private final TrackedVars vars;
    private final long connectedNanos;
    private final Runnable grantTask = this::takeGrant;
    private final EarlyReader early;
    private @Nullable ClientLogin login;
    private @Nullable Link link;
    private ClientServices.@Nullable Console console;
    private final Membership membership;
    private byte[] cancelKey = {};
    private long requestNanos;
    private boolean notifiedOfWait;
    private boolean closed;
    private Runnable onClosed = () -> {};

    /** Starts the session of an accepted connection, on its reactor. */
    public ClientSession(Connection connection, Lane lane, ClientServices services) {
        this(connection, lane, services, lane.now());
    }

    private ClientSession(Connection connection, Lane lane, ClientServices services, long connectedNanos) {
        super(lane.index());
        this.id = lane.commons().nextId();
        this.lane = lane;
        this.services = services;
        this.connection = connection;
        this.inbox = new Inbox(connection);
        this.outbox = new Outbox(connection);
        this.vars = new TrackedVars(lane.commons().trackedNames());
        this.membership = new Membership();
        this.connectedNanos = connectedNanos;
        this.requestNanos = connectedNanos;
        this.login = new ClientLogin(this, lane, services);
        this.early = new EarlyReader(this);
        books().members().clientAccepted();
        services.onOpened(this);
        connection.handler(this);
        connection.wantRead(true);
    }

    // ---------------------------------------------------------------- events

    @Override
    public void onReadable() {
        if (closed) {
            return;
        }
        Link linked = link;
        if (linked != null) {
            linked.onClientReadable();
            return;
        }
        early.onReadable();
    }

    @Override
    public void onWritable() {
        if (closed) {
            return;
        }
        try {
            if (outbox.flush(buffers()) && link != null) {
                link.onClientDrained();
            }
        } catch (IOException e) {
            close(CloseReason.CLIENT_EOF);
        }
    }

    @Override
    public void onFailure(Throwable thrown) {
        close(CloseReason.INTERNAL_ERROR);
    }

    /** Runs {@code task} on the reactor; a fault in it ends this session, as one in an event does. */
    private void onReactor(Runnable task) {
        lane.reactor().execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error thrown) {
                close(CloseReason.INTERNAL_ERROR);
                throw thrown;
            }
        });
    }

    // ---------------------------------------------------------------- SUSPEND, and from process to process

    /**
     * Stops reading for SUSPEND, or goes on.
     *
     * @return false when something is under way for the client: it is about to get a server, or that one its parameters
     */
    public boolean suspend(boolean on) {
        if (closed) {
            return true;
        }
        if (!on) {
            outbox.goOn();
        }
        Link linked = link;
        if (linked != null) {
            linked.suspend(on);
            return !on || !linked.unsettled();
        }
        connection.wantRead(!on);
        return true;
    }

    /** Whether everything that was meant for the client has gone out. */
    public boolean flushed() {
        return outbox.isEmpty();
    }

    /** Whether it is on its way into the pooler: it has sent something, and is neither in nor has it come for something else. */
    public boolean midLogin() {
        ClientLogin attempt = login;
        return !closed && attempt != null && state() == ClientState.LOGIN && !(attempt.nothingCame() && !inbox.hasKept());
    }

    /** Whether it was accepted and has not sent a byte. */
    public boolean fresh() {
        ClientLogin attempt = login;
        return !closed && attempt != null && attempt.nothingCame() && !inbox.hasKept();
    }

    /** All that a process needs which takes this connection over; null when it must not be handed over. On its reactor, while suspended; nothing is written any more until that ends. */
    public @Nullable ClientImage image() {
        Link linked = link;
        Pool pool = pool();
        ClientImage.LinkImage ofLink = linked == null ? null : linked.image();
        if (closed || pool == null || (ofLink == null && (linked != null || state() != ClientState.WAITING_WELCOME))) {
            return null;
        }
        long now = lane.now();
        return new ClientImage(
                pool.user().name(), cancelKey, now - connectedNanos, now - requestNanos, inbox.copyOfKept(), inbox.wanted(), outbox.freeze(), vars, ofLink);
    }

    /**
     * Goes on with a connection that another process has handed over, on its reactor; {@link #resumeTakenOver} follows once everybody is here.
     *
     * @param server what it was linked to, or null
     */
    public static ClientSession takeOver(
            Connection connection, Lane lane, ClientServices services, String userName, Pool pool, ClientImage image, @Nullable ServerSession server) {
        ClientSession client = new ClientSession(connection, lane, services, lane.now() - image.ageNanos());
        client.requestNanos = lane.now() - image.requestAgoNanos();
        client.vars.fillUnset(image.vars());
        client.inbox.restore(image.kept(), image.wanted(), lane.buffers());
        client.outbox.restore(image.unsent(), lane.buffers());
        client.cancelKey = image.cancelKey();
        client.membership.named(pool.database().name(), userName);
        lane.books().members().join(client, pool.database(), true);
        lane.books().members().join(client, lane.books().registry().user(userName), true);
        ClientImage.LinkImage ofLink = image.link();
        ClientLogin attempt = client.login;
        if (ofLink == null) {
            if (attempt != null) {
                attempt.onPassed();
            }
            lane.books().waitForWelcome(client, pool, lane.now());
            return client;
        }
        client.login = null;
        client.link = new Link(client, lane, pool);
        lane.books().active(client, pool, lane.now());
        if (server != null) {
            lane.books().openings().adopted(client, server);
        }
        client.link.restore(ofLink, server);
        return client;
    }

    /** Sends what the client had not taken before it was taken over, and looks at what it had sent. */
    public void resumeTakenOver() {
        if (closed) {
            return;
        }
        outbox.goOn();
        Pool pool = pool();
        if (state() == ClientState.WAITING_WELCOME && pool != null) {
            welcomed();
        } else if (link != null) {
            link.onKept();
            link.partIfDone();
        }
    }

    // ---------------------------------------------------------------- login

    /** The login may go on: what had come meanwhile is looked at. */
    void resumeReading() {
        early.resume();
    }

    /** The login is through and the pool is known: welcome, as soon as the pool knows with what. */
    void onAuthenticated(Pool pool) {
        if (pool.welcome() == null) {
            books().waitForWelcome(this, pool, lane.now());
            if (pool.welcome() != null) {
                // It came between the two looks; whoever brought it may not have seen this client.
                welcomed();
                return;
            }
            lane.grow(pool);
            return;
        }
        welcome(pool);
    }

    private void welcome(Pool pool) {
        books().active(this, pool, lane.now());
        cancelKey = services.issueCancelKey(this);
        pool.counters(lane.index()).clientLogins++;
        byte[] lastWords = login == null ? new byte[0] : login.lastWords();
        login = null;
        Link begun = new Link(this, lane, pool);
        link = begun;
        begun.bridge().greetedWith(Greeting.send(this, lastWords, pool, lane));
        lane.commons().log().debug("logged in");
        resumeLink();
    }

    /** The link looks at what came behind the login, once that has been taken out of the inbox. */
    void resumeLink() {
        Link linked = link;
        if (linked != null && !closed && !early.consuming()) {
            connection.wantRead(true);
            if (inbox.hasKept()) {
                linked.onKept();
            }
        }
    }

    /** The login is through and it is for the console. */
    void onConsole(Pool pool, boolean admin) {
        books().active(this, pool, lane.now());
        cancelKey = services.issueCancelKey(this);
        pool.counters(lane.index()).clientLogins++;
        login = null;
        console = services.openConsole(this, admin);
        resumeReading();
    }

    /** The console is through with what made it wait: what came meanwhile is its next message. */
    public void onConsoleReady() {
        resumeReading();
    }

    // ---------------------------------------------------------------- from the books

    @Override
    public void granted(ServerEntry server) {
        lane.reactor().execute(grantTask);
    }

    private void takeGrant() {
        try {
            takeServer();
        } catch (RuntimeException | Error thrown) {
            close(CloseReason.INTERNAL_ERROR);
            throw thrown;
        }
    }

    private void takeServer() {
        if (closed) {
            return;
        }
        Link linked = link;
        if (linked == null) {
            throw new IllegalStateException("a server was granted to a client without a link");
        }
        if (books().serverOf(this) instanceof ServerSession server) {
            linked.onGranted(server);
        } else {
            // It was taken already, or is lost before it was: then the client asks again.
            linked.onKept();
        }
    }

    @Override
    public void welcomed() {
        onReactor(() -> {
            Pool pool = pool();
            if (closed || link != null || pool == null) {
                return;
            }
            if (pool.welcome() == null) {
                onAuthenticated(pool);
            } else {
                welcome(pool);
            }
        });
    }

    @Override
    public void refused(String sqlState, String message) {
        onReactor(() -> {
            if (!closed && (state() == ClientState.WAITING || state() == ClientState.WAITING_WELCOME)) {
                fail(CloseReason.CLIENT_SERVER_LOGIN_FAILED, PgError.fatal(sqlState, message));
            }
        });
    }

    /** A cancel request came: ends the wait for a server, if the client waits for one. {@code then} is told whether it did. Any thread. */
    public void cancelWait(Consumer<Boolean> then) {
        onReactor(() -> {
            Link linked = link;
            then.accept(linked != null && !closed && linked.refuseWaiting(PgError.error(SqlState.QUERY_CANCELED, "canceling statement due to user request")));
        });
    }

    // ---------------------------------------------------------------- the end

    /** Runs {@code action} when the connection is closed, whoever closes it. */
    public void whenClosed(Runnable action) {
        onClosed = action;
    }

    /** Tells the client {@code reason} and closes. */
    public void fail(CloseReason reason) {
        fail(reason, (String) null);
    }

    /** The same where the reason's text has a detail. */
    public void fail(CloseReason reason, @Nullable String detail) {
        fail(reason, PgError.fatal(ReasonState.of(reason), reason.text(detail)));
    }

    /** The same for one that has waited too long for a server; if the pool's logins fail, the client is told why. */
    public void failWaiting(CloseReason reason) {
        Pool waitedFor = pool();
        String failure = waitedFor == null ? "" : books().openings().lastFailure(waitedFor);
        PgError error = PgError.fatal(reason.text(null));
        fail(reason, failure.isEmpty() ? error : error.withDetail("The last login to a server failed: " + failure));
    }

    /** The bytes at {@code at} are no message. */
    public void badHeader(ByteBuffer in, int at) {
        fail(CloseReason.CLIENT_BAD_HEADER, BadHeader.text(in, at));
    }

    /** The same with an error of the caller's, whose message stands in the log. */
    void fail(CloseReason reason, PgError error) {
        if (closed) {
            return;
        }
        if (lane.commons().tuning().logPoolerErrors) {
            log(Level.WARNING, "pooler error: " + error.message());
        }
        finish(reason, error.message(), error);
    }

    /** Closes without telling the client. */
    public void close(CloseReason reason) {
        if (!closed) {
            finish(reason, reason.text(null), null);
        }
    }

    private void finish(CloseReason reason, String text, @Nullable PgError error) {
        assert lane.reactor().inReactor();
        closed = true;
        lane.closedClients().count(reason);
        if (lane.commons().tuning().logDisconnections) {
            log(reason.level(), "closing because: " + text + " (age=" + (lane.now() - connectedNanos) / SECOND + "s)");
        }
        ClientLogin attempt = login;
        if (attempt != null) {
            attempt.onClosed(reason);
        }
        boolean replyCut = link != null && link.replyCut();
        // PostgreSQL never answers a cancel request, and newer drivers take an answer for a failure.
        boolean cancelRequest = state() == ClientState.WAITING_CANCEL || state() == ClientState.ACTIVE_CANCEL;
        ServerEntry held = books().closing(this);
        if (held instanceof ServerSession server && link != null) {
            link.onClientClosing(server);
        }
        if (error != null && !replyCut && !cancelRequest) {
            sendLast(error);
        }
        connection.close();
        inbox.close(buffers());
        outbox.close(buffers());
        if (cancelKey.length > 0) {
            services.dropCancelKey(cancelKey);
        }
        if (link != null) {
            link.close();
        }
        if (console != null) {
            console.onClosed();
        }
        books().closed(this);
        books().members().leave(this);
        books().members().clientClosed();
        services.onClosed(this);
        onClosed.run();
    }

    private void sendLast(PgError error) {
        // Behind what the socket has not taken yet an error would stand in the middle of a message.
        if (outbox.isEmpty()) {
            try {
                outbox.write(ByteBuffer.wrap(error.toErrorResponse()), buffers());
            } catch (IOException e) {
                log(Level.NOISE, "error not sent: " + e.getMessage());
            }
        }
    }

    /** Sends bytes of ours. */
    public void send(ByteBuffer bytes) {
        if (closed) {
            return;
        }
        try {
            outbox.write(bytes, buffers());
        } catch (IOException e) {
            close(CloseReason.CLIENT_EOF);
        }
    }

    // ---------------------------------------------------------------- parts and facts

    Books books() {
        return lane.books();
    }

    Buffers buffers() {
        return lane.buffers();
    }

    Inbox inbox() {
        return inbox;
    }

    Outbox outbox() {
        return outbox;
    }

    public Lane lane() {
        return lane;
    }

    ClientServices services() {
        return services;
    }

    public Connection connection() {
        return connection;
    }

    public TrackedVars vars() {
        return vars;
    }

    public @Nullable Link link() {
        return link;
    }

    public ClientServices.@Nullable Console console() {
        return console;
    }

    public byte[] cancelKey() {
        return cancelKey;
    }

    public boolean isClosed() {
        return closed;
    }

    @Nullable ClientLogin login() {
        return login;
    }

    /** Whether its login is not through. */
    public boolean loggingIn() {
        return login != null;
    }

    public long id() {
        return id;
    }

    /** Whom it says it is and where it belongs. */
    public Membership membership() {
        return membership;
    }

    public long connectedNanos() {
        return connectedNanos;
    }

    /** When the client last sent something. */
    public long requestNanos() {
        return requestNanos;
    }

    void requested(long now) {
        requestNanos = now;
    }

    /** It joined the queue. */
    void waitBegins() {
        notifiedOfWait = false;
    }

    /** It has its server. */
    void waitOver() {
        waitSinceNanos = 0;
    }

    /** Tells a client that has waited for long that it does so, once for each wait. */
    public void notifyOfWait() {
        if (!notifiedOfWait && link != null && !link.midReply()) {
            notifiedOfWait = true;
            send(ByteBuffer.wrap(PgError.notice("No server connection available in postgres backend, client being queued").toNoticeResponse()));
        }
    }

    /** Writes a line with the connection's prefix. */
    public void log(Level level, String message) {
        if (lane.commons().log().isOn(level)) {
            lane.commons().log().write(level, this + message);
        }
    }

    /** By id, so that sets of sessions have the same order in every run of a simulation. */
    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    /** The prefix of its lines in the log. */
    @Override
    public String toString() {
        int port = books().config().integer(Settings.LISTEN_PORT);
        return Addresses.prefix(id, membership.toString(), connection.remoteAddress(), connection.peerCredentials().pid(), port);
    }
}
