package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.pgsluice.config.Config;
import org.pgsluice.config.Release;
import org.pgsluice.config.Settings;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Welcome;
import org.pgsluice.server.Lane;
import org.pgsluice.vars.Raw;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/** What a client gets after its authentication: the pool's parameters with its own values filled in, its cancel key, and the word to begin. */
final class Greeting {
    private static final byte[] AUTHENTICATION_OK = {BackendTag.AUTHENTICATION, 0, 0, 0, 8, 0, 0, 0, 0};

    private Greeting() {}

    /** The end of a client's authentication behind {@code before}, the last of the exchange. */
    static byte[] authenticated(byte[] before) {
        return new MessageWriter().bytes(before).bytes(AUTHENTICATION_OK).toBytes();
    }

    /** {@code before}: the end of the authentication, which goes first. */
    static void send(ClientSession client, byte[] before, Welcome welcome, Pool pool, Lane lane) {
        TrackedVars vars = client.vars();
        TrackedNames names = vars.names();
        MessageWriter out = new MessageWriter(1024).bytes(before);
        int major = welcome.serverMajor();
        for (Welcome.Parameter parameter : welcome.parameters()) {
            int index = names.indexOf(parameter.name());
            if (index < 0 || !vars.isFollowed(index)) {
                status(out, parameter.name(), parameter.value());
            } else {
                vars.complete(index, parameter.value(), major);
            }
        }
        vars.loggedIn();
        for (int i = 0; i < names.count(); i++) {
            String value = vars.value(i);
            if (value != null) {
                status(out, names.name(i), value);
            }
        }
        // Behind those of the server, which may be another pooler: the last of a name counts.
        Config config = lane.books().config();
        status(out, "pgbouncer.version", Release.NUMBER);
        status(out, "pgbouncer.max_prepared_statements", Integer.toString(config.integer(Settings.MAX_PREPARED_STATEMENTS)));
        status(out, "pgbouncer.pool_mode", client.mode(config).word());
        out.begin(BackendTag.BACKEND_KEY_DATA).bytes(client.cancelKey()).end();
        String notice = config.text(Settings.LOGIN_NOTIFY_MESSAGE);
        if (!notice.isEmpty()) {
            PgError.notice(notice).write(out, BackendTag.NOTICE_RESPONSE);
        }
        out.begin(BackendTag.READY_FOR_QUERY).int8('I').end();
        client.send(out.toBuffer());
    }

    static void status(MessageWriter out, String name, String value) {
        out.begin(BackendTag.PARAMETER_STATUS).cstring(name).bytes(Raw.toBytes(value)).int8(0).end();
    }
}
