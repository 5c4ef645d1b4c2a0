package org.pgsluice.client;

import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.MockSalts;
import org.pgsluice.net.RandomSource;
import org.pgsluice.net.SystemUsers;
import org.pgsluice.tls.TlsContext;

/** What the logins of all reactors share. One a process; any thread. */
public final class Logins {
    private final MockSalts salts;
    private final LoginMemory memory = new LoginMemory(LoginMemory.MOST_BYTES);
    private final LoginMemory handshakes = new LoginMemory(LoginMemory.MOST_HANDSHAKE_BYTES);
    private final FailedLogins failures = new FailedLogins();
    private final SystemUsers users;
    private volatile @Nullable TlsContext tls;

    /** {@code users}: those of the operating system. */
    public Logins(RandomSource random, SystemUsers users) {
        salts = new MockSalts(random);
        this.users = users;
    }

    /** Who the other ends of unix sockets are. */
    SystemUsers users() {
        return users;
    }

    /** What clients are encrypted by; null where they are not. */
    @Nullable TlsContext tls() {
        return tls;
    }

    /** Clients that connect from now on are encrypted by {@code next}; null not at all. */
    public void tls(@Nullable TlsContext next) {
        tls = next;
    }

    /** Those that are in the midst of a TLS handshake. */
    LoginMemory handshakes() {
        return handshakes;
    }

    FailedLogins failures() {
        return failures;
    }

    /** The salts of logins that cannot succeed. */
    MockSalts salts() {
        return salts;
    }

    LoginMemory memory() {
        return memory;
    }
}
