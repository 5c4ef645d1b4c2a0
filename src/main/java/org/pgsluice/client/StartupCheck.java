package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.StateMode;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.PoolTerms;
import org.pgsluice.server.Inquiry;
import org.pgsluice.server.Lane;
import org.pgsluice.vars.Carried;
import org.pgsluice.vars.CarriedPlan;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/**
 * Has a server take the settings that a client asks for at its login, for the length of one query, so that what PostgreSQL refuses it refuses at the login.
 * What was taken once in a pool is known to be right there. On the client's reactor.
 */
final class StartupCheck implements Errand.Sender {
    private final ClientSession client;
    private final Lane lane;
    private final Pool pool;
    private final Carried settings;
    private final Runnable then;
    private final Errand errand;
    private @Nullable PgError refusal;

    private StartupCheck(ClientSession client, Lane lane, Pool pool, Carried settings, Runnable then) {
        this.client = client;
        this.lane = lane;
        this.pool = pool;
        this.settings = settings;
        this.then = then;
        byte[] query = new MessageWriter().begin(FrontendTag.QUERY).cstring(CarriedPlan.check(settings)).end().toBytes();
        this.errand = new Errand(lane, pool, query, new byte[] {FrontendTag.QUERY}, this);
    }

    /** One that is yet to {@link #start}, and runs {@code then} if nothing is refused; null when nothing is asked for that is not known to be right. */
    static @Nullable StartupCheck of(ClientSession client, Lane lane, Pool pool, Runnable then) {
        Carried settings = client.vars().carrying().atLogin();
        boolean known = settings == Carried.NONE || client.replication() != null || lane.commons().taken().has(pool, settings);
        return known ? null : new StartupCheck(client, lane, pool, settings, then);
    }

    /** What follows the clients of that user. */
    static StateMode mode(Lane lane, String database, String user) {
        Config config = lane.books().config();
        DatabaseConfig entry = lane.books().registry().entry(database);
        String poolUser = entry == null || entry.user() == null ? user : entry.user();
        return PoolTerms.state(config.users().get(poolUser), entry, config);
    }

    void start() {
        errand.start();
    }

    /** The client went away. */
    void cancel() {
        errand.cancel();
    }

    @Override
    public void onReply(byte tag, ByteBuffer body) {
        if (tag == BackendTag.ERROR_RESPONSE) {
            refusal = PgError.read(body);
        }
    }

    @Override
    public void onDone() {
        PgError refused = refusal;
        if (refused == null) {
            lane.commons().taken().add(pool, settings);
            Inquiry.remember(settings, pool);
            then.run();
        } else {
            client.fail(CloseReason.CLIENT_PARAMETER_REFUSED, refused.asFatal());
        }
    }

    /** No server could be asked: the first that there is will say it. */
    @Override
    public void onFailed(@Nullable PgError error) {
        then.run();
    }
}
