package org.pgsluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.StoredSecret;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.net.Gather;
import org.pgsluice.net.Outbox;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.server.Tenant;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/**
 * Asks a database for the secret of a user that auth_file does not have: as a client of the pool of auth_user, which waits for a server like any other. The client that
 * logs in is not known yet, so none of its parameters reach that server. On the client's reactor.
 */
final class AuthQuery extends ClientEntry implements Tenant {
    /** Who is told of the outcome; exactly one method is called, unless the query is cancelled. */
    interface Asker {
        /** The secret of the user; null when there is no such user. */
        void onSecret(@Nullable StoredSecret secret);

        /** It could not be found out; {@code error} is for the client. */
        void onUnknown(PgError error);
    }

    private final Lane lane;
    private final Asker asker;
    private final ClientSession client;
    private final String query;
    private final String userName;
    private final Pool authPool;
    private final MemoryConnection replies;
    private final Outbox outbox;
    private @Nullable ServerSession server;
    private @Nullable StoredSecret secret;
    private boolean over;
    private boolean answered;

    private AuthQuery(ClientSession client, Lane lane, Pool authPool, String query, String userName, Asker asker) {
        super(lane.index());
        this.client = client;
        this.lane = lane;
        this.authPool = authPool;
        this.query = query;
        this.userName = userName;
        this.asker = asker;
        this.replies = new MemoryConnection(lane.reactor());
        this.outbox = new Outbox(replies);
    }

    /** The name of the user that asks for {@code database}; null when nobody does. */
    static @Nullable String authUser(Database database, Config config) {
        String own = database.config().authUser();
        return own != null ? own : config.get(Settings.AUTH_USER);
    }

    /** Starts to ask; the asker may be told at once. Null when it was. */
    static @Nullable AuthQuery start(ClientSession client, Lane lane, Database database, String authUser, String userName, Asker asker) {
        Config config = lane.books().config();
        Registry registry = lane.books().registry();
        String ownDbname = database.config().authDbname();
        String name = ownDbname != null ? ownDbname : config.get(Settings.AUTH_DBNAME);
        Database asked = database;
        if (name != null) {
            Database known = registry.database(name);
            asked = known != null ? known : registry.registerAutomatic(name);
        }
        if (asked == null) {
            client.log(Level.ERROR, "authentication database \"" + name + "\" is not configured.");
            asker.onUnknown(PgError.fatal(CloseReason.CLIENT_CONFIG_ERROR.text(null)));
            return null;
        }
        if (asked.disabled()) {
            asker.onUnknown(PgError.fatal("authentication database \"" + asked.name() + "\" is disabled"));
            return null;
        }
        if (asked.name().equals(Registry.CONSOLE)) {
            client.log(Level.ERROR, "cannot use the reserved \"" + asked.name() + "\" database as an auth_dbname");
            asker.onUnknown(PgError.fatal(CloseReason.CLIENT_CONFIG_ERROR.text(null)));
            return null;
        }
        String ownQuery = database.config().authQuery();
        String query = ownQuery != null ? ownQuery : config.text(Settings.AUTH_QUERY);
        Pool pool = registry.pool(asked, registry.user(authUser), lane.now());
        AuthQuery started = new AuthQuery(client, lane, pool, query, userName, asker);
        started.ask();
        return started.over ? null : started;
    }

    private void ask() {
        lane.books().active(this, authPool, lane.now());
        ServerEntry got = lane.books().acquire(this, lane.now());
        if (got instanceof ServerSession granted) {
            take(granted);
        } else {
            lane.grow(authPool);
        }
    }

    private void take(ServerSession granted) {
        granted.moveTo(lane);
        server = granted;
        granted.link(this);
        authPool.counters(lane.index()).serverAssignments++;
        MessageWriter out = new MessageWriter(query.length() + 128);
        out.begin(FrontendTag.PARSE).cstring("").cstring(query).int16(0).end();
        byte[] name = userName.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        out.begin(FrontendTag.BIND).cstring("").cstring("").int16(0).int16(1).int32(name.length).bytes(name).int16(0).end();
        out.begin(FrontendTag.DESCRIBE).int8('P').cstring("").end();
        out.begin(FrontendTag.EXECUTE).cstring("").int32(0).end();
        out.begin(FrontendTag.SYNC).end();
        granted.ledger().expect(FrontendTag.PARSE);
        granted.ledger().expect(FrontendTag.BIND);
        granted.ledger().expect(FrontendTag.DESCRIBE);
        granted.ledger().expect(FrontendTag.EXECUTE);
        granted.ledger().expect(FrontendTag.SYNC);
        granted.send(out.toBuffer());
    }

    // ---------------------------------------------------------------- answers

    @Override
    public void onRepliesPassed() {
        ByteBuffer in = replies.written();
        while (!over && in.remaining() >= 5 && in.remaining() >= 1 + Frames.length(in, in.position())) {
            byte tag = in.get(in.position());
            int length = Frames.length(in, in.position());
            ByteBuffer body = in.slice(in.position() + 5, length - 4);
            in.position(in.position() + 1 + length);
            onMessage(tag, body);
        }
        replies.keep(in);
        finishIfDone();
    }

    /** Gives the server back; a notice behind the answer may have come in part, and is waited for. */
    private void finishIfDone() {
        ServerSession linked = server;
        if (answered && linked != null && linked.idle()) {
            server = null;
            linked.unlink();
            linked.release();
            finish();
            asker.onSecret(secret);
        }
    }

    private void onMessage(byte tag, ByteBuffer body) {
        switch (tag) {
            case BackendTag.ROW_DESCRIPTION -> {
                int columns = body.getShort(0);
                if (columns != 2) {
                    lose(CloseReason.AUTH_QUERY_COLUMNS, Integer.toString(columns));
                }
            }
            case BackendTag.DATA_ROW -> row(body);
            case BackendTag.ERROR_RESPONSE -> {
                PgError error = PgError.read(body);
                lane.commons().log().error("S: error in auth_query: " + error.severity() + ": " + error.message());
                lose(CloseReason.AUTH_QUERY_ERROR);
            }
            case BackendTag.READY_FOR_QUERY -> {
                ServerSession linked = server;
                if (linked != null && linked.status() == 'I') {
                    answered = true;
                } else {
                    lose(CloseReason.AUTH_QUERY_IN_TRANSACTION);
                }
            }
            default -> {}
        }
    }

    private void row(ByteBuffer body) {
        if (body.remaining() < 6 || body.getShort() != 2) {
            lose(CloseReason.AUTH_QUERY_UNEXPECTED);
            return;
        }
        int nameLength = body.getInt();
        if (nameLength < 0 || nameLength > body.remaining()) {
            lose(CloseReason.AUTH_QUERY_NULL_NAME);
            return;
        }
        body.position(body.position() + nameLength);
        int length = body.remaining() < 4 ? -1 : body.getInt();
        if (length < 0) {
            secret = StoredSecret.None.INSTANCE;
        } else if (length > body.remaining()) {
            lose(CloseReason.AUTH_QUERY_UNEXPECTED);
        } else {
            byte[] text = new byte[length];
            body.get(text);
            secret = StoredSecret.parse(text);
        }
    }

    /** Something is wrong with the answer: the server is not to be used again, and the client gets the reason. */
    private void lose(CloseReason reason) {
        lose(reason, null);
    }

    private void lose(CloseReason reason, @Nullable String detail) {
        ServerSession linked = server;
        if (linked != null) {
            linked.close(reason, detail);
        }
    }

    @Override
    public boolean midRequest() {
        return false;
    }

    @Override
    public void onServerLost(CloseReason reason, @Nullable String detail) {
        server = null;
        fail(PgError.fatal(CloseReason.CLIENT_CONFIG_ERROR.text(null)));
    }

    private void fail(PgError error) {
        if (!over) {
            finish();
            asker.onUnknown(error);
        }
    }

    private void finish() {
        over = true;
        lane.books().closing(this);
        lane.books().closed(this);
    }

    /** The client went away. */
    void cancel() {
        if (over) {
            return;
        }
        over = true;
        ServerEntry held = lane.books().closing(this);
        ServerSession linked = server;
        server = null;
        if (linked != null) {
            linked.unlink();
            lane.books().unlink(linked);
            linked.close(CloseReason.SERVER_LEFT_BY_CLIENT);
        } else if (held instanceof ServerSession untaken) {
            untaken.moveTo(lane);
            untaken.release();
        }
        lane.books().closed(this);
    }

    // ---------------------------------------------------------------- from the books

    @Override
    public void granted(ServerEntry granted) {
        lane.reactor().execute(() -> {
            if (!over && server == null && lane.books().serverOf(this) instanceof ServerSession session) {
                take(session);
            }
        });
    }

    @Override
    public void welcomed() {}

    @Override
    public void refused(String sqlState, String message) {
        lane.reactor().execute(() -> {
            if (server == null) {
                fail(PgError.fatal(sqlState, message));
            }
        });
    }

    // ---------------------------------------------------------------- a tenant without a client

    @Override
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public void invent(byte request, Gather into) throws IOException {
        throw new IllegalStateException("nothing was to be invented");
    }

    @Override
    public void onParameter(String name, String value) {}

    @Override
    public void onStatementsForgotten() {}

    @Override
    public void onReady(byte status, boolean settled) {}

    @Override
    public void onServerDrained() {}

    @Override
    public void onBridged() {}

    @Override
    public void onClientBroken() {
        client.lane().commons().log().error("auth_query's answer is too long");
        lose(CloseReason.AUTH_QUERY_UNEXPECTED);
    }
}
