package org.pgsluice.client;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Welcome;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.wire.Encodings;
import org.pgsluice.wire.Notification;

/** Notifications from one encoding to another: a pool's listening server says UTF-8, a client's own server what the client has asked for. */
final class Translation {
    private Translation() {}

    /** What a client's server has said, as the listening one says it. */
    static Notification forHub(Notification said, ClientSession client) {
        Charset charset = charset(said, client);
        return charset == null ? said : said.in(charset, StandardCharsets.UTF_8);
    }

    /** What the listening server has said, as a client's own says it. */
    static Notification forClient(Notification said, ClientSession client) {
        Charset charset = charset(said, client);
        return charset == null ? said : said.in(StandardCharsets.UTF_8, charset);
    }

    /** The client's encoding; null where nothing is to be translated. */
    private static @Nullable Charset charset(Notification said, ClientSession client) {
        String encoding = client.vars().value(TrackedNames.CLIENT_ENCODING);
        if (encoding == null || encoding.equals("UTF8") || said.isAscii()) {
            return null;
        }
        Pool pool = client.pool();
        Welcome welcome = pool == null ? null : pool.welcome();
        return welcome != null && "SQL_ASCII".equals(welcome.value("server_encoding")) ? null : Encodings.charset(encoding);
    }
}
