package org.pgsluice.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Gather;
import org.pgsluice.net.Outbox;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.prepared.ClientStatements;
import org.pgsluice.server.Lane;
import org.pgsluice.server.Retention;
import org.pgsluice.server.ServerSession;
import org.pgsluice.server.Tenant;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.stats.Counters;
import org.pgsluice.wire.Notification;
import org.pgsluice.wire.PgError;

/**
 * A logged-in client and the server that it has at times. Reads requests, asks the books for a server when one is needed, passes runs of messages on in both
 * directions, and parts at the end of a transaction. On the client's reactor, which is the server's while they are linked.
 *
 * <p>Longer than 400 lines: it is the only place where both meet, and what can be told apart from it has classes of its own.
 */
public final class Link implements Tenant {
    private final ClientSession client;
    private final Lane lane;
    private final Pool pool;
    private final Counters counters;
    private final RequestStream requests;
    private final RequestReader reader;
    private @Nullable ClientStatements statements;
    private final Bridge bridge;
    private final Stocktaking stock;
    private final Flow flow;
    private boolean replyCut;
    private final LinkTimes times;
    private final OwnAnswers answers;
    private final Listening listening;
    /** What the client's requests may have done. */
    private final Suspicions found;

    Link(ClientSession client, Lane lane, Pool pool) {
        this.client = client;
        this.lane = lane;
        this.pool = pool;
        this.counters = pool.counters(lane.index());
        this.times = new LinkTimes(counters);
        this.bridge = new Bridge(client);
        this.listening = new Listening(this, client, lane);
        this.answers = new OwnAnswers(client, lane.answers());
        this.requests = new RequestStream(this, client, lane);
        this.found = requests.suspecting().found();
        this.stock = new Stocktaking(client, lane, pool, found);
        this.flow = new Flow(client, requests, bridge, stock, listening);
        this.reader = new RequestReader(this, client, requests, flow);
    }

    Bridge bridge() {
        return bridge;
    }

    void onClientReadable() {
        reader.onReadable();
    }

    /** Reads nothing more until told otherwise. */
    void suspend(boolean on) {
        flow.suspended(on);
        if (on) {
            flow.stop();
        } else {
            listening.tell();
            onKept();
        }
    }

    /** Works on what was kept, until it must wait again. */
    void onKept() {
        reader.onKept();
    }

    /**
     * Makes sure that there is a server to send to.
     *
     * @return null when the client must wait (or was closed): what it sent is to be kept
     */
    @Nullable ServerSession serverForRequest() {
        ServerSession linked = server();
        if (linked != null) {
            return flow.bridging() ? null : linked;
        }
        long now = lane.now();
        times.requestBegins(now);
        client.fingerprint(client.vars().fingerprint());
        ServerEntry got = requests.asksForSequences() ? lane.books().pinned().acquireLast(client, now) : lane.books().acquire(client, now);
        if (got instanceof ServerSession granted) {
            take(granted);
            return flow.bridging() || server() == null ? null : granted;
        }
        client.waitBegins();
        lane.grow(pool);
        return null;
    }

    @Override
    public @Nullable Suspicions suspicions() {
        return found.effects() != 0 && stock.isOn() ? found : null;
    }

    // ---------------------------------------------------------------- the server comes and goes

    /** The books gave us a server while we waited. */
    void takeGrant() {
        if (lane.books().serverOf(client) instanceof ServerSession granted) {
            if (server() != null) {
                return;
            }
            take(granted);
        }
        // Where it was taken already, or is lost before it was, the client asks again.
        onKept();
    }

    private void take(ServerSession granted) {
        granted.moveTo(lane);
        flow.server(granted);
        granted.serve(this);
        granted.inquiry().givenTo(client.id());
        granted.journal().serves(requests.unnamed());
        counters.serverAssignments++;
        long waited = client.waitSinceNanos();
        if (waited != 0) {
            long wait = lane.now() - waited;
            counters.waitNanos += wait;
            counters.waits.add(wait);
            SlowStatement.waited(client, pool, wait);
            client.waitOver();
        }
        if (granted.dedicated() == null) {
            bridge.onLinked(granted, false);
            if (!flow.bridging()) {
                listening.carries(granted);
            }
        }
    }

    @Override
    public void onBridged(@Nullable PgError refusal) {
        boolean behindReset = bridge.restores();
        ServerSession linked = server();
        if (listening.underWay()) {
            if (listening.onAnswered(linked, refusal)) {
                goOn();
            }
        } else if (bridge.onDone(linked, refusal) && !(linked != null && (listening.carries(linked) || (behindReset && stock.begins(linked))))) {
            goOn();
        }
    }

    /** What was kept goes on, after statements of ours. */
    void goOn() {
        onKept();
        partIfDone();
    }

    @Override
    public void onAsked() {
        ServerSession linked = server();
        if (linked == null || !stock.ends(linked, this::onPlaceDecided)) {
            return;
        }
        stock.tellReady(bridge, linked);
        partIfDone();
        if (server() != null && !flow.bridging()) {
            bridge.onLinked(linked, true);
        }
        listening.tell();
        if (!flow.bridging()) {
            onKept();
        }
    }

    /** There may be a place for a server that must stay, or none. Any thread. */
    private void onPlaceDecided() {
        client.onReactor(() -> {
            if (stock.isSeeking()) {
                onAsked();
            }
        });
    }

    /** Gives the server back when the client is through with it, and what it has left in its session is known. */
    public void partIfDone() {
        ServerSession linked = server();
        if (linked != null && !client.isClosed() && !listening.underWay() && !stock.begins(linked) && stock.mayPart(linked)) {
            flow.server(null);
            try {
                linked.release();
            } catch (RuntimeException | Error thrown) {
                // In an event of the server's it would end that alone, and nobody would go on with what the client has sent.
                flow.server(linked);
                client.onFailure(thrown);
                throw thrown;
            }
            listening.onParted();
        }
    }

    /** Whether the client has subscribed to notifications of its pool's listening server. */
    public boolean listens() {
        return listening.any();
    }

    /** The client's part in LISTEN. */
    Listening listening() {
        return listening;
    }

    /** Its server listens for the whole pool from now on. */
    void gave() {
        flow.server(null);
        stock.onParted();
        listening.onParted();
    }

    /** Whether the client may be told something between its requests now. */
    boolean mayHear() {
        ServerSession linked = server();
        return flow.mayResumeReplies() && flow.mayPassReplies() && (linked == null || (linked.underWay() == Retention.NOTHING && !linked.midReply()));
    }

    /** Ends the client's wait for a server: what it asked for is answered with {@code error}. False when it does not wait. */
    boolean refuseWaiting(PgError error) {
        boolean waited = server() == null && lane.books().cancels().withdraw(client);
        if (waited) {
            reader.refuse(new Refusal(client, this, error));
        }
        return waited;
    }

    /** The client closes while it holds {@code held}. */
    void onClientClosing(ServerSession held) {
        ServerSession linked = server();
        flow.server(null);
        listening.leaves(held);
        if (linked == null) { // granted a moment ago and not taken yet
            held.moveTo(lane);
            held.release();
        } else {
            Leftover.of(linked, lane, client.services(), requests.midMessage(), suspicions());
        }
    }

    void close() {
        listening.close();
        requests.unnamed().close();
        ClientStatements all = statements;
        if (all != null) {
            all.clear();
        }
    }

    // ---------------------------------------------------------------- what the server says

    @Override
    public Outbox outbox() {
        return client.outbox();
    }

    @Override
    public boolean mayTake() {
        return flow.mayReadReplies();
    }

    @Override
    public void invent(byte request, Gather into) throws IOException {
        into.insert(OwnAnswers.to(request));
    }

    /** Answers a Sync behind requests that were all answered by us, without a server. */
    void answerReady() {
        answers.ready();
        times.ready((byte) 'I', lane.now());
    }

    @Override
    public boolean onParameter(int index) {
        return bridge.onReported(index, server(), found);
    }

    @Override
    public void onSettings(boolean certain) {
        bridge.onSettings(certain || found.any(SessionEffects.DEFAULT), found);
    }

    @Override
    public boolean onNotification(Notification notification) {
        return listening.onNotification(notification, server());
    }

    @Override
    public byte @Nullable [] beforeReady(byte status, boolean settled) {
        boolean over = settled && !requests.midMessage();
        if (over && status == 'I' && listening.holds()) {
            return null;
        }
        return afterListening(status, over);
    }

    /** What goes before ReadyForQuery once the client's LISTEN is settled; null when that is kept back for something else. */
    byte @Nullable [] afterListening(byte status, boolean over) {
        byte[] before = stock.keepsBack(status, over, server()) ? null : bridge.beforeReady(status, over, server());
        if (over) {
            found.forgetDefaults();
        }
        return before == null || status != 'I' ? before : listening.beforeReady(before);
    }

    @Override
    public @Nullable ClientStatements names() {
        return statements;
    }

    @Override
    public void onDeallocated() {
        requests.forgetting().deallocated(statements);
    }

    @Override
    public void onReady(byte status, boolean settled) {
        if (settled) {
            requests.forgetting().settled();
            requests.slow().answered(times.ready(status, lane.now()));
        } else {
            times.goesOn(status, lane.now());
        }
    }

    @Override
    public void onRepliesPassed() {
        if (!flow.mayPassReplies()) {
            client.close(CloseReason.CLIENT_EOF);
            return;
        }
        ServerSession linked = server();
        if (linked != null && !flow.mayReadReplies()) {
            linked.stopReading(true);
        }
        listening.onRepliesPassed(linked);
        boolean resetOver = bridge.onRepliesPassed(linked);
        if (linked != null) {
            requests.doAgain(linked.redo());
        }
        boolean waited = resetOver || requests.holding();
        if (waited) {
            requests.goOn();
        }
        if (linked != null && !listening.underWay() && stock.begins(linked)) {
            return;
        }
        // Stopped it may be for the number of replies that were due.
        if (waited || flow.stopped()) {
            onKept();
        }
        partIfDone();
    }

    /** The client has been told by us that its transaction is over, or statements of ours go before that. */
    void onOwnReady() {
        bridge.onRepliesPassed(server());
        listening.tell();
        goOn();
    }

    @Override
    public void onServerDrained() {
        onKept();
        partIfDone();
    }

    void onClientDrained() {
        ServerSession linked = server();
        if (linked != null && linked.facts().readingStopped() && flow.mayResumeReplies()) {
            linked.stopReading(false);
        }
        listening.tell();
        onKept();
    }

    @Override
    public boolean midRequest() {
        return requests.midMessage();
    }

    @Override
    public void onFatal() {
        // Nothing of ours may follow.
        replyCut = true;
    }

    @Override
    public void onServerLost(CloseReason reason, @Nullable String detail) {
        replyCut = replyCut();
        flow.server(null);
        stock.onServerLost();
        if (bridge.onServerLost()) {
            onKept();
        } else {
            client.fail(reason, detail);
        }
    }

    @Override
    public void onClientBroken() {
        flow.broken();
    }

    // ---------------------------------------------------------------- from process to process

    /** What another process needs to go on; null when it cannot: a server was granted and not taken, or the SET before the first message is under way. */
    ClientImage.@Nullable LinkImage image() {
        boolean able = !unsettled() && flow.mayPassReplies() && !reader.refuses();
        return able ? ClientImage.LinkImage.of(requests, times, statements, lane.now()) : null;
    }

    /** Goes on where another process was, linked to {@code held} if that is not null. */
    void restore(ClientImage.LinkImage image, @Nullable ServerSession held) {
        requests.restore(image);
        times.restore(image.queryAgoNanos(), image.transactionAgoNanos(), image.idleAgoNanos(), lane.now());
        for (ClientImage.Named named : image.statements()) {
            statements().put(named.name(), lane.commons().catalog().share(named.statement()), false);
        }
        if (held != null) {
            flow.server(held);
            stock.restored(held);
            held.journal().goesOn(requests.unnamed(), statements());
            requests.unnamed().underWayFromBefore(held.ledger().unnamedParses());
            held.resume(this);
        }
    }

    /** Whether the books gave it a server that it has not taken, or the SET for its first message is under way. */
    public boolean unsettled() {
        return flow.bridging() || lane.books().serverOf(client) != server();
    }

    /** The names of the client's statements. */
    ClientStatements statements() {
        ClientStatements all = statements;
        if (all == null) {
            all = new ClientStatements(lane.commons().catalog());
            statements = all;
        }
        return all;
    }

    /** How many statements the client has named. */
    public int statementCount() {
        return statements == null ? 0 : statements.size();
    }

    ClientSession client() {
        return client;
    }

    OwnAnswers answers() {
        return answers;
    }

    Pool pool() {
        return pool;
    }

    Counters counters() {
        return counters;
    }

    public @Nullable ServerSession server() {
        return flow.server();
    }

    /** Whether the client has got the beginning of a message and will not, or not yet, get its end: nothing of ours may be sent then. */
    boolean replyCut() {
        ServerSession linked = server();
        return replyCut || !flow.mayPassReplies() || (linked != null && linked.midReply());
    }

    /** Whether a message of ours would now stand in the middle of a server's. */
    boolean repliesUnderWay() {
        return server() != null || !client.flushed();
    }

    /** Whether statements of ours before the client's next message are under way. */
    public boolean bridging() {
        return flow.bridging();
    }

    public LinkTimes times() {
        return times;
    }
}
