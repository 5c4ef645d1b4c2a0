package org.pgsluice.client;

import org.pgsluice.auth.MockSalts;
import org.pgsluice.net.RandomSource;
import org.pgsluice.net.SystemUsers;

/** What the logins of all reactors share. One a process; any thread. */
public final class Logins {
    private final MockSalts salts;
    private final LoginMemory memory = new LoginMemory(LoginMemory.MOST_BYTES);
    private final FailedLogins failures = new FailedLogins();

    private final SystemUsers users;

    /** {@code users}: those of the operating system. */
    public Logins(RandomSource random, SystemUsers users) {
        salts = new MockSalts(random);
        this.users = users;
    }

    /** Who the other ends of unix sockets are. */
    SystemUsers users() {
        return users;
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
