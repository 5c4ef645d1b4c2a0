package org.pgsluice.auth;

import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Offload;

/** Somebody outside of this process who says whether a password is a user's. Immutable, any number of threads. */
public interface PasswordJudge {
    /** Whom it waits for. */
    Offload.Kind kind();

    /** What it is called in messages: {@code LDAP}. */
    String name();

    /** Whether servers may be shown the password with which the user logs in here. */
    boolean passwordIsTheServers();

    /**
     * Why the password is not the user's, for the log and without a secret; null when it is. Blocks: not on a reactor.
     *
     * @param password never empty
     * @param from where the client is, in numbers; empty for a unix socket
     */
    @Nullable String wrong(String user, byte[] password, String from);
}
