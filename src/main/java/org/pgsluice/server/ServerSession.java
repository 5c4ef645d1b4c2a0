package org.pgsluice.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.PoolMode;
import org.pgsluice.log.Level;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Outbox;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Place;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Released;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.pool.ServerState;
import org.pgsluice.pool.Welcome;
import org.pgsluice.prepared.ServerStatements;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/**
 * One connection to PostgreSQL, from the first attempt to the end. It belongs to the thread of the reactor that it is attached to; the books say who may use it.
 *
 * <pre>
 * open -> ServerDial -> ServerLogin -> release -> (idle) -> Tenant -> [reset] -> release -> ... -> close
 * </pre>
 */
public final class ServerSession extends ServerEntry implements Connection.Handler {
    private static final byte[] PROBE = {FrontendTag.QUERY, 0, 0, 0, 5, 0};
    private static final byte[] TERMINATE = {FrontendTag.TERMINATE, 0, 0, 0, 4};

    private final long id;
    /** Volatile, as the tenant is: a late event of the reactor that it was taken from must see in this order that it has gone. */
    private volatile Lane lane;
    private final ReplyLedger ledger;
    private final StatementJournal journal;
    private final Redo redo = new Redo();
    private boolean listening;
    private final ReplyStream replies = new ReplyStream(this);
    private final TrackedVars vars;
    private final ServerStatements statements;
    private volatile @Nullable Connection connection; // its address is read by other reactors
    private @Nullable ServerReader reader;
    private @Nullable Outbox outbox;
    private @Nullable ServerDial dial;
    private @Nullable ServerLogin login;
    private volatile @Nullable Tenant tenant;
    private final OwnQuery own = new OwnQuery(this);
    private byte status = 'I';
    private byte[] cancelKey = {};
    private int backendPid;
    private @Nullable Welcome welcome;

    ServerSession(Pool pool, Lane lane) {
        this(pool, lane, lane.now());
    }

    private ServerSession(Pool pool, Lane lane, long openedNanos) {
        super(pool, lane.index(), openedNanos);
        this.lane = lane;
        this.id = lane.commons().nextId();
        this.vars = new TrackedVars(lane.commons().trackedNames());
        this.statements = new ServerStatements(lane.commons().catalog());
        this.journal = new StatementJournal(statements, lane.commons().catalog(), id, () -> Ground.of(pool, vars));
        this.ledger = new ReplyLedger(journal);
    }

    // ---------------------------------------------------------------- opening

    void open(Place place) {
        ServerDial attempt = new ServerDial(this, lane, place);
        dial = attempt;
        attempt.start();
    }

    /** The socket is open: log in. */
    void onDialled(Connection opened) {
        dial = null;
        connection = opened;
        books().openings().reached(this, opened.remoteAddress() instanceof InetSocketAddress inet ? inet.getAddress() : null);
        reader = new ServerReader(this, opened, replies);
        outbox = new Outbox(opened);
        if (lane.commons().tuning().logConnections) {
            String from = opened.isUnix() ? "" : " (from " + Addresses.text(opened.localAddress()) + ")";
            log(Level.LOG, "new connection to server" + from);
        }
        opened.handler(this);
        // A reply frees a server for the requests of the same turn.
        opened.urgent();
        opened.wantRead(true);
        ServerLogin attempt = new ServerLogin(this, lane);
        login = attempt;
        attempt.start();
    }

    /** The login is through. */
    void onLoggedIn(ServerLogin done) {
        login = null;
        cancelKey = done.cancelKey();
        backendPid = done.backendPid();
        welcome = books().openings().loggedIn(this, done.welcome());
        log(Level.DEBUG, "server login ok, start accepting queries");
        for (ClientEntry client = books().nextForWelcome(pool()); client != null; client = books().nextForWelcome(pool())) {
            client.welcomed();
        }
        if (reader != null) {
            reader.restWhenRead();
        }
    }

    // ---------------------------------------------------------------- from process to process

    /** All that a process needs which takes this connection over; null when it must not be handed over. On its reactor, while suspended; nothing is written any more until that ends. */
    public @Nullable ServerImage image(@Nullable Welcome welcome) {
        Connection open = connection;
        ServerReader in = reader;
        boolean resting = state() == ServerState.IDLE || state() == ServerState.USED;
        if (open == null || in == null || loggingIn() || own.underWay() || (state() != ServerState.ACTIVE && !(resting && idle()))) {
            return null;
        }
        long now = lane.now();
        return new ServerImage(
                pool().database().config().serverIdentity().toString(),
                open.isUnix() ? open.remoteAddress().toString() : "",
                cancelKey,
                backendPid,
                status,
                now - openedNanos,
                now - usedNanos,
                closeNeeded(),
                in.inbox().copyOfKept(),
                in.inbox().wanted(),
                outbox().freeze(),
                replies.bodyLeft(),
                replies.midMessage() && !replies.midForwarded(),
                vars,
                LedgerImage.of(ledger, journal),
                statements.inOrderOfUse(),
                welcome);
    }

    /** Goes on with a connection that another process has handed over. It is at its login until the books are told otherwise; on its reactor. */
    public static ServerSession takeOver(Pool pool, Lane lane, Connection opened, ServerImage image) {
        ServerSession server = new ServerSession(pool, lane, lane.now() - image.ageNanos());
        server.usedNanos = lane.now() - image.usedAgoNanos();
        server.status = image.status();
        server.cancelKey = image.cancelKey();
        server.backendPid = image.backendPid();
        server.vars.fillUnset(image.vars());
        image.ledger().restore(server.ledger, server.journal);
        server.journal.unnamedUnknown();
        image.statements().forEach(server.statements::add);
        server.replies.restore(image.bodyLeft(), image.bodySwallowed());
        if (image.closeNeeded() || !image.target().equals(pool.database().config().serverIdentity().toString())) {
            server.needClose();
        }
        ServerReader in = new ServerReader(server, opened, server.replies);
        in.inbox().restore(image.kept(), image.wanted(), lane.buffers());
        server.reader = in;
        Outbox out = new Outbox(opened);
        out.restore(image.unsent(), lane.buffers());
        server.outbox = out;
        server.connection = opened;
        lane.commons().servers().add(server);
        lane.books().openings().adopted(server);
        Welcome welcome = image.welcome();
        if (welcome != null && !server.closeNeeded()) {
            server.welcome = lane.books().openings().loggedIn(server, welcome);
        }
        opened.handler(server);
        opened.wantRead(true);
        return server;
    }

    /** It was handed over without a client: among the idle ones, if it may be. */
    public void restTakenOver() {
        rest();
        Tuning tuning = lane.commons().tuning();
        if (tuning.checks && lane.now() - usedNanos >= tuning.checkDelayNanos) {
            books().toBeChecked(this, lane.index());
        }
    }

    /** The link of the client that it was handed over with. */
    public void takeOver(Tenant next) {
        tenant = next;
        stopReading(!next.outbox().isEmpty());
    }

    /** Writes what the process before this one could not. */
    public void goOnTakenOver() {
        if (outbox != null) {
            outbox.goOn();
        }
    }

    /** Ends {@link #stopReading} for SUSPEND; what it had not taken by then is written. */
    public void goOn() {
        stopReading(false);
        goOnTakenOver();
    }

    // ---------------------------------------------------------------- linking

    /** Takes the connection over to the reactor of {@code target}; called there, after the books gave this server to one of its clients. */
    public void moveTo(Lane target) {
        Connection open = connection;
        if (target != lane && open != null) {
            lane = target;
            open.attachTo(target.reactor());
        }
    }

    /** The client's link takes over. */
    public void link(Tenant next) {
        assert tenant == null : "the server has a tenant";
        assert ledger.settled() : "the server owes replies";
        tenant = next;
        usedNanos = lane.now();
    }

    /** The link is parted: the tenant is told nothing more. */
    public void unlink() {
        tenant = null;
        journal.serves(null);
        redo.end();
        listening = false;
    }

    /** Runs statements that give it what its client expects; the tenant is told when they are through ({@link Tenant#onBridged}). */
    public void bridge(List<String> statements) {
        if (lane.commons().log().isOn(Level.DEBUG)) {
            log(Level.DEBUG, "varcache_apply: " + String.join(" ", statements));
        }
        own.ask(statements, OwnQuery.Purpose.BRIDGE);
    }

    /**
     * The client is through with it, and it is settled and idle: to the next client, to the reset query, or to rest. The link must be parted before.
     */
    public void release() {
        assert lane.reactor().inReactor();
        assert tenant == null && ledger.settled() && !ledger.unsynced() && status == 'I';
        stopReading(false);
        if (ledger.doubtful()) {
            books().unlink(this);
            close(CloseReason.SERVER_COPY_IN_DOUBT);
            return;
        }
        PoolMode mode = pool().mode(books().config());
        String reset = lane.commons().tuning().reset(mode == PoolMode.SESSION);
        if (reset != null && state() == ServerState.BEING_CANCELED) {
            // Its client left in the middle of a query: a cancel that is still under way might hit the reset.
            close(CloseReason.SERVER_LEFT_BY_CLIENT);
            return;
        }
        if (reset != null && state() == ServerState.ACTIVE && !closeNeeded()) {
            books().unlink(this);
            books().move(this, ServerState.TESTED);
            own.ask(reset, OwnQuery.Purpose.RESET);
            return;
        }
        rest();
    }

    /** To whoever waits, or among the idle ones; when a message has come in part, as soon as the rest of it has. */
    void rest() {
        ServerReader in = reader;
        if (in != null && in.midMessage()) {
            in.restWhenRead();
            return;
        }
        long now = lane.now();
        if (state() != ServerState.LOGIN) {
            usedNanos = now;
        }
        Tuning tuning = lane.commons().tuning();
        boolean unchecked = state() == ServerState.ACTIVE && tuning.checks && tuning.checkDelayNanos == 0;
        switch (books().release(this, now, unchecked)) {
            case GRANTED -> {
                ClientEntry next = client();
                if (next != null) {
                    next.granted(this);
                }
            }
            case IDLE -> {
                if (unchecked) {
                    lane.grow(pool());
                }
            }
            case BEING_CANCELED -> {}
            case LIFETIME_OVER -> close(CloseReason.SERVER_LIFETIME_OVER);
            case CLOSE_NEEDED -> close(CloseReason.SERVER_CLOSE_NEEDED);
        }
    }

    /** A cancel request that held it back has ended: it may rest now, unless somebody still waits for what it says. On its reactor. */
    public void onCancelsEnded() {
        if (state() == ServerState.BEING_CANCELED && tenant == null) {
            rest();
        }
    }

    /** Runs the check query; the books have it as TESTED. On its reactor. */
    void check() {
        if (state() != ServerState.TESTED || own.underWay()) {
            return;
        }
        Tuning tuning = lane.commons().tuning();
        if (!tuning.checks || (tuning.checkDelayNanos > 0 && lane.now() - usedNanos < tuning.checkDelayNanos)) {
            rest();
            return;
        }
        log(Level.DEBUG, "P: checking: " + tuning.checkQuery);
        own.ask(tuning.checkQuery, OwnQuery.Purpose.CHECK);
    }

    /** Asks for an empty answer, by which it shows what of the replies before it is still to come. */
    void probe() {
        ledger.expectSwallowed(FrontendTag.QUERY);
        send(ByteBuffer.wrap(PROBE));
    }

    /** Sends bytes of ours. */
    public void send(ByteBuffer bytes) {
        Outbox out = outbox;
        if (out == null) {
            return;
        }
        try {
            out.write(bytes, buffers());
        } catch (IOException e) {
            close(CloseReason.SERVER_CRASHED);
        }
    }

    // ---------------------------------------------------------------- events

    @Override
    public void onReadable() {
        ServerReader in = reader;
        if (in != null) {
            in.onReadable();
        }
    }

    /** What was there has been read, and what was due of it has gone on. */
    void afterReplies() {
        Tenant user = tenant;
        if (own.underWay() && ledger.settled()) {
            switch (own.done()) {
                case BRIDGE -> {
                    if (user != null) {
                        user.onBridged(own.refusal());
                    }
                }
                case CHECK, RESET -> rest();
                case NONE -> {}
            }
        } else if (user != null) {
            user.onRepliesPassed();
        }
    }

    @Override
    public void onWritable() {
        Outbox out = outbox;
        if (out == null) {
            return;
        }
        try {
            if (out.flush(buffers()) && tenant != null) {
                tenant.onServerDrained();
            }
        } catch (IOException e) {
            close(CloseReason.SERVER_CRASHED);
        }
    }

    @Override
    public void onFailure(Throwable thrown) {
        close(CloseReason.INTERNAL_ERROR);
    }

    /** Stops or goes on reading replies; the client's side is full or empty again. */
    public void stopReading(boolean stop) {
        if (reader != null) {
            reader.stop(stop);
        }
    }

    /** Whether everything that was meant for the server has gone out. */
    public boolean flushed() {
        return outbox == null || outbox.isEmpty();
    }

    /** Whether a query of ours is under way. */
    public boolean askedByUs() {
        return own.underWay();
    }

    /** Whether {@link #stopReading} holds. */
    public boolean readingStopped() {
        return reader != null && reader.stopped();
    }

    // ---------------------------------------------------------------- the end

    @Override
    public void close(CloseReason reason) {
        close(reason, null, true);
    }

    /** The same where the reason's text has a detail. */
    public void close(CloseReason reason, @Nullable String detail) {
        close(reason, detail, true);
    }

    /** Closes the connection; {@code terminate} says goodbye first. A tenant is told, after the link is cut. */
    public void close(CloseReason reason, @Nullable String detail, boolean terminate) {
        end(reason, detail, terminate, loggingIn());
    }

    /** Closes the connection because we want to, whatever it is at: a login that we cut short has not failed. */
    public void dismiss(CloseReason reason) {
        end(reason, null, true, false);
    }

    private void end(CloseReason reason, @Nullable String detail, boolean terminate, boolean loginFailed) {
        assert lane.reactor().inReactor();
        if (state() == ServerState.CLOSED) {
            return;
        }
        lane.closedServers().count(reason);
        String text = reason.text(detail);
        if (lane.commons().tuning().logDisconnections) {
            log(reason.level(), "closing because: " + text + " (age=" + (lane.now() - openedNanos) / 1_000_000_000L + "s)");
        }
        ServerDial attempt = dial;
        long retryNanos = 0;
        if (loginFailed) {
            String failure = attempt == null ? Addresses.text(address()) + ": " + text : attempt.lastReason();
            boolean refused = login != null && login.refused();
            retryNanos = books().openings().loginFailed(this, failure, refused, lane.now(), lane.commons().chance());
        }
        if (attempt != null) {
            dial = null;
            attempt.cancel();
        }
        Connection open = connection;
        if (open != null) {
            // In the middle of a request the goodbye would be taken for the rest of it.
            if (terminate && login == null && (tenant == null || !tenant.midRequest())) {
                sayGoodbye();
            }
            connection = null;
            open.close();
        }
        if (reader != null && outbox != null) {
            reader.close();
            outbox.close(buffers());
        }
        journal.end();
        Tenant user = tenant;
        tenant = null;
        books().unlink(this);
        books().move(this, ServerState.CLOSED);
        lane.commons().servers().remove(this);
        if (user != null) {
            user.onServerLost(reason, detail);
        }
        lane.growCompetitors(pool());
        lane.growIn(pool(), retryNanos);
    }

    private void sayGoodbye() {
        Outbox out = outbox;
        if (out != null && out.isEmpty()) {
            try {
                out.write(ByteBuffer.wrap(TERMINATE), buffers());
            } catch (IOException e) {
                log(Level.NOISE, "Terminate not sent: " + e.getMessage());
            }
        }
    }

    // ---------------------------------------------------------------- parts and facts

    Books books() {
        return lane.books();
    }

    Buffers buffers() {
        return lane.buffers();
    }

    public Lane lane() {
        return lane;
    }

    public long id() {
        return id;
    }

    public ReplyLedger ledger() {
        return ledger;
    }

    /** What it said at its login, as the pool has it; null when another process saw that. */
    public @Nullable Welcome welcome() {
        return welcome;
    }

    public TrackedVars vars() {
        return vars;
    }

    public ServerStatements statements() {
        return statements;
    }

    /** The segment under way, for the case that it must be done again. */
    public Redo redo() {
        return redo;
    }

    /** Its client has sent LISTEN, and hears notifications. */
    void listens() {
        listening = true;
    }

    /** Whether a notification is for its client: nobody hears what an earlier client has listened to. */
    boolean isListening() {
        return listening || pool().mode(books().config()) == PoolMode.SESSION;
    }

    /** What the messages under way do to the names of statements. */
    public StatementJournal journal() {
        return journal;
    }

    /** Where requests go; only while the connection is open. */
    public Outbox outbox() {
        Outbox out = outbox;
        if (out == null) {
            throw new IllegalStateException("the server is not connected");
        }
        return out;
    }

    @Nullable ServerLogin login() {
        return login;
    }

    public @Nullable Tenant tenant() {
        return tenant;
    }

    OwnQuery own() {
        return own;
    }

    /** Why it is to be closed if a query of ours (the check, the reset, the SET for a client) has been under way for longer than that; null when none has. */
    public @Nullable CloseReason ownQueryOverdue(long now, long longestNanos) {
        return own.overdue(now, longestNanos);
    }

    /** Whether a cancel request may be sent for it: its client has taken it over, and no SET of ours runs. Any thread; what it says may change at any moment. */
    public boolean cancellable() {
        return tenant != null && !bridging();
    }

    /** Whether the statements before a client's next message are under way. */
    public boolean bridging() {
        return own.purpose() == OwnQuery.Purpose.BRIDGE;
    }

    /** The transaction status of the last ReadyForQuery: I, T or E. */
    public byte status() {
        return status;
    }

    void status(byte latest) {
        status = latest;
    }

    /** Whether it belongs to the thread that asks. Looked at behind the tenant, which is set last when it is taken over. */
    boolean isHere() {
        return reactorIndex() == lane.index() && lane.reactor().inReactor();
    }

    /** Whether it owes nothing, not even the rest of a message, is in no transaction and reads no COPY data: only then it may go to another client. */
    public boolean idle() {
        return ledger.settled() && !ledger.unsynced() && status == 'I' && !own.underWay() && !ledger.copyIn() && (reader == null || !reader.midMessage());
    }

    /** Whether its client has nothing under way: no request that came in part, no reply that is not out. Not so before the client was told of the server. */
    public boolean betweenRequests() {
        Tenant user = tenant;
        return user != null && idle() && flushed() && user.outbox().isEmpty() && !user.midRequest();
    }

    /** Whether a request that is ours to answer can be answered at once; otherwise it must take its turn behind the replies that are due. */
    public boolean answersAtOnce() {
        return ledger.answersAtOnce(replies.midMessage());
    }

    /** Whether its tenant's client has got the beginning of a message and not its end. */
    public boolean midReply() {
        return replies.midForwarded();
    }

    /** The process id and secret that a cancel request needs, as BackendKeyData had them. */
    public byte[] cancelKey() {
        return cancelKey;
    }

    public int backendPid() {
        return backendPid;
    }

    /** The other end, or null while connecting. */
    public @Nullable SocketAddress address() {
        Connection open = connection;
        return open == null ? null : open.remoteAddress();
    }

    public @Nullable Connection connection() {
        return connection;
    }

    /** Whether its socket is not open yet. */
    public boolean dialling() {
        return dial != null;
    }

    /** Whether its login is not through yet. */
    public boolean loggingIn() {
        return dial != null || login != null;
    }

    /** Writes a line with the connection's prefix. */
    void log(Level level, String message) {
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
        ServerDial attempt = dial;
        return Addresses.prefix(id, pool().toString(), address(), attempt == null ? "" : attempt.toString(), pool().database().config().serverPort());
    }
}
