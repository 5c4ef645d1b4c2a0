package org.pgsluice.vars;

import org.jspecify.annotations.Nullable;

/** What is known of whether a connection is like others. Forgotten when a value changes. Belongs to the {@link TrackedVars} of that connection. */
final class Likeness {
    private final TrackedVars vars;
    /** Shared with those that are alike in everything; null when none is known. */
    private @Nullable Agreement agreement;
    /** 0 when it is not known. */
    private int fingerprint;

    Likeness(TrackedVars vars) {
        this.vars = vars;
    }

    void forget() {
        agreement = null;
        fingerprint = 0;
    }

    /** Whether they were found to be alike in everything. */
    boolean agrees(Likeness other) {
        return agreement != null && agreement == other.agreement;
    }

    /** They are. */
    void agree(Likeness other) {
        Agreement mine = agreement;
        Agreement theirs = other.agreement;
        Agreement older = mine == null ? theirs : theirs == null || mine.number() < theirs.number() ? mine : theirs;
        agreement = older == null ? new Agreement(vars.names.nextAgreement()) : older;
        other.agreement = agreement;
    }

    int fingerprint() {
        if (fingerprint == 0) {
            int sum = 31 * vars.carrying.set().hashCode() + vars.carrying.statements().hashCode();
            for (int i = 0; i < vars.values.length; i++) {
                String value = vars.values[i];
                // Whoever wants what the server has by itself need not know what that is.
                boolean ofServer = (vars.names.followsServer(i) || vars.silent.has(i)) && (vars.own & 1L << i) == 0 && value == vars.atLogin[i];
                sum = 31 * sum + (value == null || ofServer ? 0 : value.hashCode());
            }
            fingerprint = sum == 0 ? 1 : sum;
        }
        return fingerprint;
    }
}
