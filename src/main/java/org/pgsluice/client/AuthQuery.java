package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.StoredSecret;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.Settings;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.server.Lane;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/**
 * Asks a database for the secret of a user that auth_file does not have, in the pool of auth_user. The client that logs in is not known yet, so none of its
 * parameters reach that server. On the client's reactor.
 */
final class AuthQuery implements Errand.Sender {
    /** PgBouncer's limits: a longer name is cut, a longer secret fits nobody. */
    private static final int LONGEST_NAME = 127;

    private static final byte[] REQUESTS = {FrontendTag.PARSE, FrontendTag.BIND, FrontendTag.DESCRIBE, FrontendTag.EXECUTE, FrontendTag.SYNC};
    private static final PgError CONFIG_ERROR = PgError.fatal(CloseReason.CLIENT_CONFIG_ERROR.text(null));

    /** Who is told of the outcome; exactly one method is called, unless the query is cancelled. */
    interface Asker {
        /** The user, by the name that the database gave, and its secret; null when there is no such user. */
        void onUser(@Nullable Credentials user);

        /** It could not be found out; {@code error} is for the client. */
        void onUnknown(PgError error);
    }

    private final Lane lane;
    private final Asker asker;
    private final Errand errand;
    private @Nullable Credentials found;

    private AuthQuery(Lane lane, Pool pool, String query, String userName, Asker asker) {
        this.lane = lane;
        this.asker = asker;
        this.errand = new Errand(lane, pool, batch(query, userName), REQUESTS, this);
    }

    /** The name of the user that asks for a database with this entry; null when nobody does. */
    static @Nullable String authUser(DatabaseConfig entry, Config config) {
        String own = entry.authUser();
        return own != null ? own : config.get(Settings.AUTH_USER);
    }

    /**
     * A query that is yet to {@link #start}.
     *
     * @throws Impossible when there is no database to ask
     */
    static AuthQuery of(Lane lane, DatabaseConfig entry, String authUser, String userName, Asker asker) throws Impossible {
        Config config = lane.books().config();
        Registry registry = lane.books().registry();
        String ownDbname = entry.authDbname();
        String given = ownDbname != null ? ownDbname : config.get(Settings.AUTH_DBNAME);
        String name = given != null ? given : entry.name();
        Database asked = registry.provisional(name);
        if (asked == null) {
            throw new Impossible("authentication database \"" + name + "\" is not configured.", CONFIG_ERROR);
        }
        if (asked.disabled()) {
            throw new Impossible(null, PgError.fatal("authentication database \"" + asked.name() + "\" is disabled"));
        }
        if (asked.name().equals(Registry.CONSOLE)) {
            throw new Impossible("cannot use the reserved \"" + asked.name() + "\" database as an auth_dbname", CONFIG_ERROR);
        }
        String ownQuery = entry.authQuery();
        String query = ownQuery != null ? ownQuery : config.text(Settings.AUTH_QUERY);
        Pool pool = registry.pool(asked, registry.user(authUser), lane.now());
        return new AuthQuery(lane, pool, query, userName, asker);
    }

    /** There is no database to ask. */
    static final class Impossible extends Exception {
        /** For the log; null for nothing. */
        final @Nullable String why;

        /** For the client. */
        final PgError error;

        Impossible(@Nullable String why, PgError error) {
            super(null, null, false, false);
            this.why = why;
            this.error = error;
        }
    }

    /** Starts to ask; the asker may be told at once. */
    void start() {
        errand.start();
    }

    /** The client went away. */
    void cancel() {
        errand.cancel();
    }

    private static byte[] batch(String query, String userName) {
        MessageWriter out = new MessageWriter(query.length() + 128);
        byte[] name = userName.getBytes(StandardCharsets.UTF_8);
        out.begin(FrontendTag.PARSE).cstring("").cstring(query).int16(0).end();
        out.begin(FrontendTag.BIND).cstring("").cstring("").int16(0).int16(1).int32(name.length).bytes(name).int16(0).end();
        out.begin(FrontendTag.DESCRIBE).int8('P').cstring("").end();
        out.begin(FrontendTag.EXECUTE).cstring("").int32(0).end();
        return out.begin(FrontendTag.SYNC).end().toBytes();
    }

    @Override
    public void onReply(byte tag, ByteBuffer body) {
        switch (tag) {
            case BackendTag.ROW_DESCRIPTION -> {
                int columns = body.remaining() < 2 ? 0 : body.getShort();
                if (columns != 2) {
                    errand.lose(CloseReason.AUTH_QUERY_COLUMNS, Integer.toString(columns));
                }
            }
            case BackendTag.DATA_ROW -> row(body);
            case BackendTag.ERROR_RESPONSE -> {
                PgError error = PgError.read(body);
                lane.commons().log().error("S: error in auth_query: " + error.severity() + ": " + error.message());
                errand.lose(CloseReason.AUTH_QUERY_ERROR);
            }
            default -> {}
        }
    }

    /**
     * A name, which may differ from the one that was asked for and counts from now on, and a secret. The last row counts, and one whose name is NULL is none,
     * both as for PgBouncer.
     */
    private void row(ByteBuffer body) {
        if (body.remaining() < 2 || body.getShort() != 2) {
            errand.lose(CloseReason.AUTH_QUERY_UNEXPECTED);
            return;
        }
        if (body.remaining() >= 4 && body.getInt(body.position()) == -1) {
            found = null;
            return;
        }
        byte[] name = column(body);
        if (name == null) {
            errand.lose(CloseReason.AUTH_QUERY_UNEXPECTED);
            return;
        }
        byte[] secret = column(body);
        if (body.hasRemaining()) {
            errand.lose(CloseReason.AUTH_QUERY_UNEXPECTED);
            return;
        }
        String user = new String(name, 0, Math.min(name.length, LONGEST_NAME), StandardCharsets.UTF_8);
        found = new Credentials(user, secret == null ? StoredSecret.None.INSTANCE : StoredSecret.parse(secret));
    }

    /** The next column; null for NULL, and for one that is cut short, which leaves its bytes behind. */
    private static byte @Nullable [] column(ByteBuffer body) {
        int length = body.remaining() < 4 ? -1 : body.getInt();
        if (length < 0 || length > body.remaining()) {
            return null;
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }

    @Override
    public void onDone() {
        asker.onUser(found);
    }

    @Override
    public void onFailed(@Nullable PgError error) {
        asker.onUnknown(error == null ? CONFIG_ERROR : error);
    }
}
