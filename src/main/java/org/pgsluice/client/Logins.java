package org.pgsluice.client;

import org.pgsluice.auth.MockSalts;
import org.pgsluice.net.RandomSource;

/** What the logins of all reactors share. One a process; any thread. */
public final class Logins {
    private final MockSalts salts;
    private final LoginMemory memory = new LoginMemory(LoginMemory.MOST_BYTES);
    private final FailedLogins failures = new FailedLogins();

    public Logins(RandomSource random) {
        salts = new MockSalts(random);
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
