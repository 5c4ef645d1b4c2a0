package org.pgsluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Fact;
import org.pgsluice.log.Level;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Inbox;
import org.pgsluice.net.Outbox;
import org.pgsluice.net.Teardown;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.ClientState;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.ReplicationRequest;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.server.Lane;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.SqlState;

/**
 * One connection of an application, from accept to close. On its reactor's thread, but for {@link #granted}, {@link #welcomed} and {@link #refused}, which the
 * books' callers may call anywhere.
 *
 * <pre>
 * ClientLogin -> (wait for the pool's first server) -> Link or Console -> closed
 *            \-> cancel request -> closed
 * </pre>
 *
 * <p>Longer than 400 lines: it is the one owner of a client's life, and what can be told apart from it has classes of its own.
 */
public final class ClientSession extends ClientEntry implements Connection.Handler {

    private final long id;
    private final Lane lane;
    private final ClientServices services;
    private final Wire wire;
    private final TrackedVars vars;
    private final long connectedNanos;
    private final Runnable grantTask = this::takeGrant;
    private final EarlyReader early;
    private ClientStage stage;
    private final Membership membership;
    private byte[] cancelKey = {};
    private long requestNanos;
    private boolean notifiedOfWait;
    private boolean longKeys;

    /** Starts the session of an accepted connection, on its reactor. */
    public ClientSession(Connection connection, Lane lane, ClientServices services) {
        this(new Wire(connection), lane, services, lane.now());
        openWire();
    }

    /** Goes on with one that another process has let in. */
    ClientSession(Wire wire, Lane lane, ClientServices services, ClientImage image) {
        this(wire, lane, services, lane.now() - image.ageNanos());
        this.requestNanos = lane.now() - image.requestAgoNanos();
        this.cancelKey = image.cancelKey();
        this.stage = new ClientStage.AwaitingWelcome(new byte[0]);
        openWire();
    }

    /** The session is known by now: a fault must end it. */
    private void openWire() {
        try {
            wire.open(this);
        } catch (RuntimeException | Error thrown) {
            close(CloseReason.INTERNAL_ERROR);
            throw thrown;
        }
    }

    private ClientSession(Wire wire, Lane lane, ClientServices services, long connectedNanos) {
        super(lane.index());
        this.id = lane.commons().nextId();
        this.lane = lane;
        this.services = services;
        this.wire = wire;
        this.vars = new TrackedVars(lane.commons().trackedNames());
        this.membership = new Membership();
        this.connectedNanos = connectedNanos;
        this.requestNanos = connectedNanos;
        this.early = new EarlyReader(this);
        this.stage = new ClientStage.LoggingIn(new ClientLogin(this, lane, services));
        books().members().clientAccepted();
        services.onOpened(this);
    }

    // ---------------------------------------------------------------- events

    @Override
    public void onReadable() {
        if (stage instanceof ClientStage.Linked linked) {
            linked.link().onClientReadable();
        } else if (!isClosed()) {
            early.onReadable();
        }
    }

    @Override
    public void onWritable() {
        if (isClosed()) {
            return;
        }
        try {
            if (!wire.outbox().flush(buffers())) {
                return;
            }
        } catch (IOException e) {
            close(CloseReason.CLIENT_EOF);
            return;
        }
        if (stage instanceof ClientStage.Linked linked) {
            linked.link().onClientDrained();
        } else if (stage instanceof ClientStage.AtConsole at) {
            at.console().onDrained();
            early.resume();
        } else if (books().pauseMode() != PauseMode.SUSPEND) {
            early.resume();
        }
    }

    @Override
    public void onFailure(Throwable thrown) {
        fault(thrown);
    }

    /** A handler threw: how far it got with the server is not known, so that one goes too. */
    private void fault(Throwable thrown) {
        new Teardown()
                .then(() -> {
                    if (stage instanceof ClientStage.Linked linked && linked.link().server() != null) {
                        linked.link().server().onFailure(thrown);
                    }
                })
                .then(() -> close(CloseReason.INTERNAL_ERROR))
                .end();
    }

    /** Runs {@code task} on the reactor; a fault in it ends this session, as one in an event does. */
    void onReactor(Runnable task) {
        lane.reactor().execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error thrown) {
                fault(thrown);
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
        if (isClosed()) {
            return true;
        }
        if (!on) {
            wire.goOn();
        }
        Link linked = link();
        if (linked != null) {
            linked.suspend(on);
            return !on || !linked.unsettled();
        }
        wire.wantRead(!on);
        return true;
    }

    /** Whether everything that was meant for the client has gone out. */
    public boolean flushed() {
        return wire.outbox().isEmpty();
    }

    /** Whether it is on its way into the pooler: it has sent something, and is neither in nor has it come for something else. */
    public boolean midLogin() {
        boolean notIn = stage instanceof ClientStage.LoggingIn || stage instanceof ClientStage.AwaitingWelcome || stage == ClientStage.Bare.CANCELLING;
        return notIn && state() == ClientState.LOGIN && !fresh();
    }

    /** Whether it was accepted and has not sent a byte. */
    public boolean fresh() {
        return stage instanceof ClientStage.LoggingIn at && at.login().nothingCame() && !wire.inbox().hasKept();
    }

    // ---------------------------------------------------------------- login

    /** The login may go on: what had come meanwhile is looked at. */
    void resumeReading() {
        early.resume();
    }

    /** It replicates, with a server of its own. */
    void replicate(ReplicationRequest request) {
        replicates(request);
    }

    /** It speaks protocol 3.2, in which cancel keys may be long. */
    void knowsLongKeys(boolean knows) {
        longKeys = knows;
    }

    public boolean knowsLongKeys() {
        return longKeys;
    }

    boolean replicatesPhysically() {
        ReplicationRequest request = replication();
        return request != null && request.physical();
    }

    /** It came for a cancel request and nothing else. */
    void onCancelRequest(byte[] key) {
        stage = ClientStage.Bare.CANCELLING;
        services.cancel(this, key);
    }

    /** The login is through and the pool is known: welcome, as soon as the pool knows with what. */
    void onAuthenticated(Pool pool) {
        if (stage instanceof ClientStage.LoggingIn at) {
            stage = new ClientStage.AwaitingWelcome(at.login().lastWords());
        }
        Entrance.open(this, pool);
    }

    /** It is let in: its key, from now on, and the counts. */
    void letIn(Pool pool) {
        books().active(this, pool, lane.now());
        cancelKey = services.issueCancelKey(this);
        pool.counters(lane.index()).clientLogins++;
    }

    /** From now on it asks for servers of {@code pool}. */
    Link enter(Pool pool) {
        Link link = new Link(this, lane, pool);
        stage = new ClientStage.Linked(link);
        return link;
    }

    /** The link looks at what came behind the login, once that has been taken out of the inbox. */
    void resumeLink() {
        if (stage instanceof ClientStage.Linked linked && !early.consuming()) {
            wire.wantRead(true);
            if (wire.inbox().hasKept()) {
                linked.link().onKept();
            }
        }
    }

    /** The login is through and it is for the console. */
    void onConsole(Pool pool, boolean admin) {
        letIn(pool);
        stage = new ClientStage.AtConsole(services.openConsole(this, admin));
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
            if (stage instanceof ClientStage.Linked linked) {
                linked.link().takeGrant();
            } else if (stage instanceof ClientStage.AwaitingWelcome) {
                Entrance.takeGrant(this);
            }
        } catch (RuntimeException | Error thrown) {
            fault(thrown);
            throw thrown;
        }
    }

    @Override
    public void welcomed() {
        onReactor(() -> {
            Pool pool = pool();
            if (stage instanceof ClientStage.AwaitingWelcome && pool != null) {
                Entrance.open(this, pool);
            }
        });
    }

    @Override
    public void refused(String sqlState, String message) {
        onReactor(() -> {
            if (isClosed()) {
                return;
            }
            if (state() == ClientState.WAITING_REPLICATION) {
                fail(CloseReason.REPLICATION_LOGIN_FAILED, PgError.fatal(sqlState, CloseReason.REPLICATION_LOGIN_FAILED.text(null)).withDetail(message));
            } else if (state() == ClientState.WAITING || state() == ClientState.WAITING_WELCOME) {
                fail(CloseReason.CLIENT_SERVER_LOGIN_FAILED, PgError.fatal(sqlState, message));
            }
        });
    }

    /** A cancel request came: ends the wait for a server, if the client waits for one. {@code then} is told whether it did. Any thread. */
    public void cancelWait(Consumer<Boolean> then) {
        onReactor(() -> {
            Link linked = link();
            then.accept(linked != null && linked.refuseWaiting(PgError.error(SqlState.QUERY_CANCELED, "canceling statement due to user request")));
        });
    }

    // ---------------------------------------------------------------- the end

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
        if (isClosed()) {
            return;
        }
        if (lane.commons().tuning().logPoolerErrors) {
            log(Level.WARNING, "pooler error: " + error.message());
        }
        finish(reason, error.message(), error);
    }

    /** Closes without telling the client. */
    public void close(CloseReason reason) {
        if (!isClosed()) {
            finish(reason, reason.text(null), null);
        }
    }

    private void finish(CloseReason reason, String text, @Nullable PgError error) {
        assert lane.reactor().inReactor();
        ClientStage was = stage;
        stage = ClientStage.Bare.CLOSED;
        ClientEnd.run(this, services, was, reason, text, error);
    }

    /** Sends bytes of ours. */
    public void send(ByteBuffer bytes) {
        if (isClosed()) {
            return;
        }
        try {
            wire.outbox().write(bytes, buffers());
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
        return wire.inbox();
    }

    Outbox outbox() {
        return wire.outbox();
    }

    public Lane lane() {
        return lane;
    }

    ClientServices services() {
        return services;
    }

    /** Its connection, with what was read of it and what it has not taken. */
    public Wire wire() {
        return wire;
    }

    public Connection connection() {
        return wire.connection();
    }

    public TrackedVars vars() {
        return vars;
    }

    public @Nullable Link link() {
        return stage instanceof ClientStage.Linked linked ? linked.link() : null;
    }

    public ClientServices.@Nullable Console console() {
        return stage instanceof ClientStage.AtConsole at ? at.console() : null;
    }

    public byte[] cancelKey() {
        return cancelKey;
    }

    public boolean isClosed() {
        return stage == ClientStage.Bare.CLOSED;
    }

    ClientStage stage() {
        return stage;
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
        if (!notifiedOfWait && stage instanceof ClientStage.Linked linked && !linked.link().repliesUnderWay()) {
            notifiedOfWait = true;
            send(ByteBuffer.wrap(PgError.notice("No server connection available in postgres backend, client being queued").toNoticeResponse()));
        }
    }

    /** Writes a line with the connection's prefix. */
    public void log(Level level, String message, Fact... facts) {
        if (lane.commons().log().isOn(level)) {
            lane.commons().log().write(level, ClientFacts.speaker(this), message, facts);
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
        return ClientFacts.speaker(this).toString();
    }
}
