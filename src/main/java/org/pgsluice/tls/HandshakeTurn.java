package org.pgsluice.tls;

import java.util.function.BooleanSupplier;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;

/** One connection's place in {@link Handshakes}. While it waits nothing is read of it. On the connection's reactor. */
final class HandshakeTurn {
    private final Connection under;
    private final BooleanSupplier wanted;
    private boolean waits;
    private boolean has;

    /** @param wanted whether the handshake still goes on */
    HandshakeTurn(Connection under, BooleanSupplier wanted) {
        this.under = under;
        this.wanted = wanted;
    }

    /** Whether a step may be taken now, of all those of this reactor. Otherwise the connection becomes readable once more when it may. */
    boolean take(Handshakes all) {
        if (!has && !waits && !all.begin(under.reactor(), this::come)) {
            waits = true;
            under.wantRead(false);
        }
        has = false;
        return !waits;
    }

    boolean waits() {
        return waits;
    }

    private boolean come() {
        Reactor at = under.reactor();
        if (!at.inReactor()) {
            // It has moved meanwhile.
            at.execute(this::come);
            return false;
        }
        waits = false;
        has = wanted.getAsBoolean();
        if (has) {
            under.wantRead(true);
        }
        return has;
    }
}
