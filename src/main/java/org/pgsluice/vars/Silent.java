package org.pgsluice.vars;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tracked parameters that a server does not report, as sets of positions. What they are is known only from what the pooler itself has set. Belongs to the
 * {@link TrackedVars} of that server.
 */
final class Silent {
    /** Those that its login did not report. */
    long positions;
    /** Of them, those that the pooler has set, or may have: who does not ask for a value must find the server's own again. */
    long given;
    /** Of them, those that a statement of a client may have changed since. */
    long unsure;

    private long givenBefore;
    private long unsureBefore;

    boolean has(int index) {
        return (positions & 1L << index) != 0;
    }

    /** Whether the server must be told, for a client that asks for a value or not. */
    boolean differs(int index, boolean asked, boolean equal) {
        long position = 1L << index;
        return asked ? !equal || (unsure & position) != 0 : (given & position) != 0;
    }

    /** Whether a value that the session has set, or null for none, is what is known of it. */
    boolean isAs(int index, @Nullable String value, @Nullable String known) {
        long position = 1L << index;
        return (unsure & position) != 0 || Objects.equals(value, (given & position) != 0 ? known : null);
    }

    /** A plan is about to be made. */
    void mark() {
        givenBefore = given;
        unsureBefore = unsure;
    }

    /** PostgreSQL has refused the plan, and nothing of it was done. */
    void takeBack() {
        given = givenBefore;
        unsure = unsureBefore;
    }

    /** Statements that set those at {@code index} begin. */
    void begin(int index) {
        given |= positions & 1L << index;
        unsure |= positions & 1L << index;
    }

    /** They are through. */
    void end(int index, boolean asked) {
        long position = 1L << index;
        unsure &= ~position;
        if (!asked) {
            given &= ~position;
        }
    }
}
