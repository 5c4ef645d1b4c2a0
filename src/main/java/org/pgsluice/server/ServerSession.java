package org.pgsluice.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.PoolMode;
import org.pgsluice.log.Fact;
import org.pgsluice.log.Level;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Outbox;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Place;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.pool.ServerState;
import org.pgsluice.pool.Welcome;
import org.pgsluice.prepared.ServerStatements;
import org.pgsluice.vars.CarriedPlan;
import org.pgsluice.vars.PreparedPlan;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/**
 * One connection to PostgreSQL, from the first attempt to the end. It belongs to the thread of the reactor that it is attached to; the books say who may use
 * it.
 *
 * <pre>
 * open -> ServerDial -> ServerLogin -> release -> (idle) -> Tenant -> [reset] -> release -> ... -> close
 * </pre>
 *
 * <p>Longer than 400 lines: it is the one owner of a server's life, and what can be told apart from it has classes of its own.
 */
public final class ServerSession extends ServerEntry implements Connection.Handler {
    private static final byte[] PROBE = {FrontendTag.QUERY, 0, 0, 0, 5, 0};

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
    private volatile ServerStage stage; // its address is read by other reactors
    private volatile @Nullable Tenant tenant;
    private final OwnQuery own = new OwnQuery(this);
    private final Turnover turnover = new Turnover(this);
    private final Inquiry inquiry = new Inquiry(this);
    private final ServerFacts facts = new ServerFacts(this);
    private byte status = 'I';
    private @Nullable Welcome welcome;

    /** One that is to be opened. */
    ServerSession(Pool pool, Lane lane, Place place, @Nullable ClientEntry dedicated) {
        super(pool, lane.index(), lane.now(), dedicated);
        this.lane = lane;
        this.id = lane.commons().nextId();
        this.vars = new TrackedVars(lane.commons().trackedNames());
        this.statements = new ServerStatements(lane.commons().catalog());
        this.journal = new StatementJournal(statements, lane.commons().catalog(), id, () -> Ground.of(pool, vars));
        this.ledger = new ReplyLedger(journal);
        this.stage = new ServerStage.Dialling(new ServerDial(this, lane, place));
    }

    /** One that another process has opened. */
    ServerSession(Pool pool, Lane lane, Wire wire, ServerImage image) {
        super(pool, lane.index(), lane.now() - image.ageNanos());
        this.lane = lane;
        this.id = lane.commons().nextId();
        this.vars = new TrackedVars(lane.commons().trackedNames());
        this.statements = new ServerStatements(lane.commons().catalog());
        this.journal = new StatementJournal(statements, lane.commons().catalog(), id, () -> Ground.of(pool, vars));
        this.ledger = new ReplyLedger(journal);
        this.stage = new ServerStage.Serving(wire, new ServerReader(this, wire, replies), image.cancelKey(), image.backendPid());
        this.status = image.status();
        usedNanos = lane.now() - image.usedAgoNanos();
    }

    // ---------------------------------------------------------------- opening

    void open() {
        if (stage instanceof ServerStage.Dialling dialling) {
            dialling.dial().start();
        }
    }

    /** The socket is open, and encrypted as far as both sides want it: log in. */
    void onDialled(Connection opened) {
        Wire wire = new Wire(opened);
        ServerLogin login = new ServerLogin(this, lane, opened);
        stage = new ServerStage.SigningIn(wire, new ServerReader(this, wire, replies), login);
        wire.open(this);
        login.start();
    }

    /** The login is through. */
    void onLoggedIn(ServerLogin done) {
        if (!(stage instanceof ServerStage.SigningIn signing)) {
            throw new IllegalStateException("a login ended that was not under way");
        }
        stage = new ServerStage.Serving(signing.wire(), signing.reader(), done.cancelKey(), done.backendPid());
        welcome = books().openings().loggedIn(this, done.welcome());
        log(Level.DEBUG, "server login ok, start accepting queries");
        if (dedicated() == null) {
            for (ClientEntry client = books().nextForWelcome(pool()); client != null; client = books().nextForWelcome(pool())) {
                client.welcomed();
            }
        }
        signing.reader().restWhenRead();
    }

    // ---------------------------------------------------------------- linking

    /** Takes the connection over to the reactor of {@code target}; called there, after the books gave this server to one of its clients. */
    public void moveTo(Lane target) {
        Wire wire = target == lane ? null : wire();
        if (wire != null) {
            lane = target;
            wire.moveTo(target.reactor());
        }
    }

    /** The client's link takes over. */
    public void serve(Tenant next) {
        assert tenant == null : "the server has a tenant";
        assert ledger.settled() : "the server owes replies";
        tenant = next;
        listening = false;
        usedNanos = lane.now();
    }

    /** The link of the client that it was handed over with. */
    public void resume(Tenant next) {
        tenant = next;
        stopReading(!next.mayTake());
    }

    /** Its client goes, and it will be closed: the tenant is told nothing more. */
    public void dropTenant() {
        tenant = null;
        journal.serves(null);
        redo.end();
    }

    /** The same without any that are prepared by SQL. */
    public void bridge(List<String> statements) {
        bridge(statements, null);
    }

    /** Runs statements that give it what its client expects; the tenant is told when they are through ({@link Tenant#onBridged}). */
    public void bridge(List<String> statements, @Nullable PreparedPlan prepared) {
        if (lane.commons().log().isOn(Level.DEBUG)) {
            log(Level.DEBUG, "varcache_apply: " + CarriedPlan.shown(statements));
        }
        own.bridge(statements, prepared);
    }

    /** Asks it something; {@code rows} gets the body of each row, and the tenant is told when that is through ({@link Tenant#onBridged}). */
    public void ask(String sql, Consumer<ByteBuffer> rows) {
        own.ask(List.of(sql), OwnQuery.Purpose.BRIDGE, rows);
    }

    /** The client is through with it: to the next client, to the reset query, or to rest. Where something is under way after all, it is closed. */
    public void release() {
        assert lane.reactor().inReactor();
        Retention left = Retention.underWay(this);
        if (left != Retention.NOTHING && left != Retention.MID_REPLY) {
            // Whoever lets it go is wrong, and with him perhaps its client: nobody else may meet what is under way.
            log(Level.WARNING, "server released too early: " + left);
            close(CloseReason.SERVER_RELEASED_EARLY);
            return;
        }
        inquiry.leftBy(tenant);
        dropTenant();
        stopReading(false);
        turnover.afterClient();
    }

    /** A cancel request that held it back has ended: it may rest now, unless somebody still waits for what it says. On its reactor. */
    public void onCancelsEnded() {
        if (state() == ServerState.BEING_CANCELED && tenant == null) {
            turnover.rest();
        }
    }

    /** Asks for an empty answer, by which it shows what of the replies before it is still to come. */
    void probe() {
        ledger.expectSwallowed(FrontendTag.QUERY);
        send(ByteBuffer.wrap(PROBE));
    }

    /** Sends bytes of ours. */
    public void send(ByteBuffer bytes) {
        Wire wire = wire();
        if (wire == null) {
            return;
        }
        try {
            wire.outbox().write(bytes, buffers());
        } catch (IOException e) {
            close(CloseReason.SERVER_CRASHED);
        }
    }

    // ---------------------------------------------------------------- events

    @Override
    public void onReadable() {
        ServerReader reader = reader();
        if (reader != null) {
            reader.onReadable();
        }
    }

    /** What was there has been read, and what was due of it has gone on. */
    void afterReplies() {
        Tenant user = tenant;
        if (own.underWay() && ledger.settled()) {
            if (midReply()) {
                return; // a notice behind our statements came in part: what they lead to must not stand within it, and its rest leads here again
            }
            switch (own.done()) {
                case BRIDGE -> {
                    if (user != null) {
                        user.onBridged(own.refusal());
                    }
                }
                case CHECK -> turnover.rest();
                case RESET -> turnover.settle();
                case ASK, ASK_AGAIN -> inquiry.onAnswered();
                case CLEAN -> inquiry.onCleaned();
                case NONE -> {}
            }
        } else if (user != null) {
            user.onRepliesPassed();
        }
    }

    @Override
    public void onWritable() {
        Wire wire = wire();
        if (wire == null) {
            return;
        }
        try {
            if (wire.outbox().flush(buffers()) && tenant != null) {
                tenant.onServerDrained();
            }
        } catch (IOException e) {
            close(CloseReason.SERVER_CRASHED);
        }
    }

    /** A fault: how much of a message it has got is not known, so it is told nothing more. */
    @Override
    public void onFailure(Throwable thrown) {
        close(CloseReason.INTERNAL_ERROR, null, false);
    }

    /** Stops or goes on reading replies; the client's side is full or empty again. */
    public void stopReading(boolean stop) {
        ServerReader reader = reader();
        if (reader != null) {
            reader.stop(stop);
        }
    }

    /** Whether everything that was meant for the server has gone out. */
    public boolean flushed() {
        Wire wire = wire();
        return wire == null || wire.outbox().isEmpty();
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
        if (stage != ServerStage.Closed.CLOSED) {
            ServerStage was = stage;
            Tenant user = tenant;
            stage = ServerStage.Closed.CLOSED;
            ServerEnd.run(this, was, user, reason, detail, terminate, loginFailed);
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

    /** Its client has sent LISTEN, or may have; {@code false}: it listens to nothing any more. */
    public void listens(boolean may) {
        listening = may;
    }

    public boolean isListening() {
        return listening;
    }

    /** What the messages under way do to the names of statements. */
    public StatementJournal journal() {
        return journal;
    }

    /** Where requests go; only while the connection is open. */
    public Outbox outbox() {
        Wire wire = wire();
        if (wire == null) {
            throw new IllegalStateException("the server is not connected");
        }
        return wire.outbox();
    }

    /** What others look at. */
    public ServerFacts facts() {
        return facts;
    }

    /** What is in its session that nobody else may meet. */
    public Inquiry inquiry() {
        return inquiry;
    }

    /** Its way to the next client. */
    Turnover turnover() {
        return turnover;
    }

    void welcome(Welcome next) {
        welcome = next;
    }

    void used(long now) {
        usedNanos = now;
    }

    ServerStage stage() {
        return stage;
    }

    /** Its login, while that is not through. */
    @Nullable ServerLogin login() {
        return stage instanceof ServerStage.SigningIn signing ? signing.login() : null;
    }

    @Nullable ServerReader reader() {
        // Most events by far come while it serves.
        ServerStage at = stage;
        return at instanceof ServerStage.Serving serving ? serving.reader() : at instanceof ServerStage.SigningIn signing ? signing.reader() : null;
    }

    ReplyStream replies() {
        return replies;
    }

    public @Nullable Tenant tenant() {
        return tenant;
    }

    OwnQuery own() {
        return own;
    }

    /**
     * Whether a cancel request may be sent for it: its client has taken it over, and no SET of ours runs. Any thread; what it says may change at any moment.
     */
    public boolean cancellable() {
        return tenant != null && !bridging();
    }

    /** Whether a query of ours runs, such as the statements before a client's next message. */
    public boolean bridging() {
        return own.underWay();
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

    /** Why it stays with its client, as long as that one goes on. */
    public Retention retention() {
        return Retention.of(this);
    }

    /** What is under way on it, which holds it even when its client leaves. */
    public Retention underWay() {
        return Retention.underWay(this);
    }

    /** Whether a message is here in part: the rest of it must come to the same tenant, and the bytes kept of it are a buffer of this reactor's. */
    boolean midMessage() {
        ServerReader reader = reader();
        return reader != null && reader.midMessage();
    }

    /** Whether a request that is ours to answer can be answered at once; otherwise it must take its turn behind the replies that are due. */
    public boolean answersAtOnce() {
        return ledger.answersAtOnce(replies.midMessage());
    }

    /** Whether its tenant's client has got the beginning of a message and not its end. */
    public boolean midReply() {
        return replies.midForwarded();
    }

    /** Its connection, with what was read of it and what it has not taken; null while there is none. */
    public @Nullable Wire wire() {
        // As above: a call that can lead to four kinds costs more than all else here.
        ServerStage at = stage;
        return at instanceof ServerStage.Serving serving ? serving.wire() : at.wire();
    }

    /** Whether its login is not through yet. */
    public boolean loggingIn() {
        return stage instanceof ServerStage.Dialling || stage instanceof ServerStage.SigningIn;
    }

    /** Writes a line with the connection's prefix. */
    void log(Level level, String message, Fact... facts) {
        if (lane.commons().log().isOn(level)) {
            lane.commons().log().write(level, facts().speaker(), message, facts);
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
        return facts.speaker().toString();
    }
}
