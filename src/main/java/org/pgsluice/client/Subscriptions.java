package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pgsluice.notify.Channels;
import org.pgsluice.notify.Hub;
import org.pgsluice.notify.Subscriber;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;
import org.pgsluice.server.Retention;
import org.pgsluice.server.ServerSession;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.Subscription;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.Notification;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.SqlState;

/**
 * What a client that shares servers listens to. Its LISTEN and UNLISTEN run on its server, in its transaction, as PostgreSQL has them. Behind a transaction
 * that may have had some, and before the client is told that it is over, the server is asked which channels it listens to, and the {@link Hub} of the pool is
 * brought to listen to them for the client. On the client's reactor.
 *
 * <pre>
 * CARRYING the server is to listen to what the client does, before a transaction in which that may change
 * ASKING   which channels the server listens to, behind the transaction
 * JOINING  the hub does not listen to all of them yet; the client still hears its own server
 * MARKING  the server notifies a marker. What comes before it the client hears from the server, what comes behind it from the hub: nothing twice, nothing never
 * REFUSING they are too many: the server is to listen to none, the client's are those of before, and it gets an error
 * </pre>
 */
final class Subscriptions implements Subscriber {
    private enum Step {
        NONE,
        CARRYING,
        /** It must be asked, as soon as its replies have been passed on. */
        ASKING_DUE,
        MARKING_DUE,
        ASKING,
        JOINING,
        MARKING,
        REFUSING
    }

    /** What may change the channels that a session listens to. */
    private static final int CHANGES = SessionEffects.LISTEN | SessionEffects.UNLISTEN | SessionEffects.DISCARD | SessionEffects.OPAQUE;

    /** What may add some. */
    private static final int ADDS = SessionEffects.LISTEN | SessionEffects.OPAQUE;

    /** Requests for which a server must listen to what its client does: those that change or show it, and those that may begin a transaction with such. */
    private static final int NEEDS_ALL = CHANGES | SessionEffects.TRANSACTION | SessionEffects.CHANNELS;

    private static final int SAYS = SessionEffects.NOTIFY | SessionEffects.OPAQUE;

    /** So many bytes of notifications go before one ReadyForQuery, or at once. */
    private static final int PORTION = 64 * 1024;

    /** For so long a client that is closed for not reading may read what it was sent, to learn why. */
    private static final long LAST_WORDS_NANOS = 10_000_000_000L;

    private final Link link;
    private final ClientSession client;
    private final Lane lane;
    private final Hub hub;
    private final ChannelLimit limit;
    /** The channels that the hub says. */
    private final Set<String> heard = new LinkedHashSet<>();
    /** Those that the client's server says, until both have said the marker. */
    private final Set<String> joining = new LinkedHashSet<>();
    private final Backlog backlog = new Backlog();
    private final List<String> answer = new ArrayList<>();
    /** What the server says of its channels makes no sense. */
    private boolean senseless;
    private Step step = Step.NONE;
    /** The effects of the transaction that is over. */
    private int effects;
    private List<Subscription> said = List.of();
    /** The server listens to all that the client has listened to so far. */
    private boolean carried;
    private long marker;
    private boolean serverMarked;
    private boolean serverDone;
    private boolean hubMarked;
    private boolean overflowed;
    Subscriptions(Link link, ClientSession client, Lane lane) {
        this.link = link;
        this.client = client;
        this.lane = lane;
        this.hub = client.services().hubs().of(link.pool(), lane);
        this.limit = new ChannelLimit(hub, lane.commons(), link.pool());
    }

    /** Whether a transaction with these effects may leave a subscription. */
    static boolean mayBegin(int effects) {
        return (effects & ADDS) != 0;
    }

    /** Whether something of ours must end before the client goes on. */
    boolean underWay() {
        return step != Step.NONE;
    }

    /** Whether the client listens to anything. */
    boolean any() {
        return !heard.isEmpty() || !joining.isEmpty();
    }

    // ---------------------------------------------------------------- before a transaction

    /** Whether a request with these effects must wait until its server, which has nothing under way, listens to what the client does. */
    boolean mustCarry(int request) {
        return !carried && step == Step.NONE && !heard.isEmpty() && (request & NEEDS_ALL) != 0;
    }

    void carry(ServerSession server) {
        step = Step.CARRYING;
        carried = true;
        server.listens(true);
        server.bridge(List.of(Channels.listen(heard)));
    }

    /** The client has no server any more. */
    void onParted() {
        carried = false;
        tell();
    }

    // ---------------------------------------------------------------- behind it

    /** ReadyForQuery is about to tell the client that its transaction is over, in which those effects may have come; whether it must wait. */
    boolean holds(int past, List<Subscription> subscriptions) {
        effects = past;
        said = List.copyOf(subscriptions);
        if ((past & ADDS) != 0 || (!heard.isEmpty() && (past & CHANGES) != 0)) {
            step = Step.ASKING_DUE;
        } else if (!heard.isEmpty() && (past & SAYS) != 0) {
            step = Step.MARKING_DUE;
        }
        return step != Step.NONE;
    }

    /** What goes before a ReadyForQuery that tells of the end of a transaction. */
    byte[] beforeReady() {
        return backlog.take(PORTION);
    }

    /** All replies of before have gone on. */
    void onRepliesPassed(@Nullable ServerSession server) {
        if (server == null) {
            return;
        }
        if (step == Step.MARKING) {
            endIfMarked();
        } else if (step == Step.ASKING_DUE) {
            step = Step.ASKING;
            answer.clear();
            senseless = false;
            server.ask(Channels.QUESTION, this::onRow);
        } else if (step == Step.MARKING_DUE) {
            mark(server);
        }
    }

    private void onRow(ByteBuffer row) {
        if (answer.size() - 2 < limit.most(heard.size())) { // one too many tells enough, also without the marker's
            String name = Channels.ofRow(row);
            senseless |= name == null;
            answer.add(String.valueOf(name));
        }
    }

    /** Statements of ours are through; whether they were for this, and what the client sends may go on. */
    boolean onAnswered(@Nullable ServerSession server, @Nullable PgError refusal) {
        if (server == null) {
            step = Step.NONE;
            return false;
        }
        // Another product, maybe. A LISTEN would go unheard, which the client has to learn; behind a text that nobody understands it goes on.
        boolean mute = refusal != null || (step == Step.ASKING && senseless);
        if (mute && (step != Step.ASKING || (effects & SessionEffects.LISTEN) != 0)) {
            server.close(CloseReason.SERVER_INVALID_PARAMETER);
            return false;
        }
        switch (step) {
            case CARRYING -> {
                step = Step.NONE;
                return true;
            }
            case ASKING -> {
                if (mute) {
                    server.listens(true);
                    end();
                } else {
                    follow(server);
                }
            }
            case MARKING -> {
                serverDone = true;
                endIfMarked();
            }
            case REFUSING -> {
                server.listens(false);
                carried = false;
                link.bridge().refuse(new PgError("ERROR", SqlState.CONFIGURATION_LIMIT_EXCEEDED.code(), "too many channels to listen to",
                        limit.reached() + " is reached. No LISTEN or UNLISTEN of this transaction has an effect."));
                end();
            }
            case NONE, ASKING_DUE, MARKING_DUE, JOINING -> throw new IllegalStateException("nothing was asked");
        }
        return false;
    }

    /** The server has said what it listens to. */
    private void follow(ServerSession server) {
        Set<String> now = new LinkedHashSet<>();
        if (!carried) {
            // Its transaction began before we could know of it; what it ended to listen to is only in its text.
            now.addAll(heard);
            for (Subscription one : said) {
                switch (one.kind()) {
                    case UNLISTEN -> now.remove(new String(one.channel(), StandardCharsets.ISO_8859_1));
                    case UNLISTEN_ALL -> now.clear();
                    case LISTEN -> {}
                }
            }
        }
        answer.remove(hub.markerChannel());
        now.addAll(answer);
        if (!limit.takes(now.size(), heard.size())) {
            step = Step.REFUSING;
            server.bridge(List.of("UNLISTEN *"));
            return;
        }
        Set<String> gone = new LinkedHashSet<>(heard);
        gone.removeAll(now);
        if (!gone.isEmpty()) {
            heard.removeAll(gone);
            backlog.forget(gone);
            hub.leave(this, lane, gone);
        }
        now.removeAll(heard);
        if (!answer.isEmpty()) {
            server.listens(true);
        }
        if (!now.isEmpty() && !lane.books().listeningServers().mayListen(link.pool())) {
            onRefused("max_db_connections or max_user_connections allows one only");
        } else if (!now.isEmpty()) {
            joining.addAll(now);
            step = Step.JOINING;
            hub.join(this, lane, now);
        } else if (!heard.isEmpty() && (effects & SAYS) != 0) {
            mark(server);
        } else {
            end();
        }
    }

    @Override
    public void onServerWanted() {
        ServerSession server = link.server();
        if (server != null && step == Step.JOINING && server.retention() == Retention.NOTHING && hub.give(server)) {
            // From here on the hub says what it says.
            heard.addAll(joining);
            joining.clear();
            link.gave();
        } else {
            hub.seek(this);
        }
    }

    @Override
    public void onLive() {
        ServerSession server = link.server();
        if (step != Step.JOINING || client.isClosed()) {
            return;
        }
        if (server == null) {
            end();
        } else {
            mark(server);
        }
    }

    private void mark(ServerSession server) {
        step = Step.MARKING;
        marker = hub.marks(this, lane);
        serverMarked = false;
        serverDone = false;
        hubMarked = false;
        String mark = hub.mark(lane, marker);
        if (joining.isEmpty()) {
            server.bridge(List.of(mark));
        } else {
            carried = false;
            server.bridge(List.of(Channels.listen(List.of(hub.markerChannel())) + "; " + mark, "UNLISTEN *"));
        }
    }

    @Override
    public void onMarker(long number) {
        if (number == marker && step == Step.MARKING) {
            hubMarked = true;
            heard.addAll(joining);
            endIfMarked();
        }
    }

    /** Not while a notice of the server's has gone to the client in part. */
    private void endIfMarked() {
        if (serverDone && hubMarked && !link.replyCut()) {
            end();
        }
    }

    /** The client is told that its transaction is over. */
    private void end() {
        heard.addAll(joining);
        joining.clear();
        step = Step.NONE;
        byte[] before = link.afterListening((byte) 'I', true);
        if (before != null) {
            client.send(new MessageWriter().bytes(before).begin(BackendTag.READY_FOR_QUERY).int8('I').end().toBuffer());
        }
        link.onOwnReady();
    }

    // ---------------------------------------------------------------- notifications

    /** The client's server has said one; whether it goes on as it is. */
    boolean onServerNotification(Notification said) {
        Notification notification = Translation.forHub(said, client);
        if (notification.channel().equals(hub.markerChannel())) {
            serverMarked = true;
            return false;
        }
        boolean marked = step == Step.MARKING && serverMarked;
        return !marked && (joining.contains(notification.channel()) || !heard.contains(notification.channel()));
    }

    @Override
    public void onNotification(Notification notification) {
        if (client.isClosed() || overflowed || !heard.contains(notification.channel())) {
            return; // its server says it, up to the marker
        }
        backlog.add(Translation.forClient(notification, client));
        tell();
        if (backlog.bytes() > lane.commons().tuning().maxNotificationBacklog) {
            overflow();
        }
    }

    /** It has not read for too long. It is to learn that, behind what its socket has not taken yet, or it has not read even that. */
    private void overflow() {
        overflowed = true;
        hub.leave(this, lane);
        backlog.clear();
        tell();
        if (!client.isClosed()) {
            lane.reactor().schedule(LAST_WORDS_NANOS, () -> client.fail(CloseReason.CLIENT_NOTIFICATIONS_UNREAD));
        }
    }

    /** Tells the client what it has not heard, if it may hear it now: between transactions, and when it has taken what it was sent. */
    void tell() {
        if (overflowed && client.flushed()) {
            client.fail(CloseReason.CLIENT_NOTIFICATIONS_UNREAD);
        }
        while (!backlog.isEmpty() && step == Step.NONE && link.mayHear()) {
            client.send(ByteBuffer.wrap(backlog.take(PORTION)));
        }
    }

    // ---------------------------------------------------------------- the end

    @Override
    public void onLost(String why) {
        client.fail(CloseReason.CLIENT_NOTIFICATIONS_LOST, why);
    }

    @Override
    public void onRefused(String why) {
        client.fail(CloseReason.CLIENT_LISTEN_REFUSED, why);
    }

    void close() {
        hub.leave(this, lane);
        limit.end();
    }
}
