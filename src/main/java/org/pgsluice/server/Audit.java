package org.pgsluice.server;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.pgsluice.log.Level;
import org.pgsluice.state.Pins;
import org.pgsluice.state.Question;
import org.pgsluice.state.Truth;
import org.pgsluice.vars.Carrying;

/**
 * Holds what a server says of its session against what is known of it, behind statements that nobody suspected. Whose doing a difference is nobody knows: any
 * client since the last audit may have left it. So the server is closed at its release, and nobody carries it on. On the server's reactor.
 */
final class Audit {
    private Audit() {}

    /** Asks for everything. */
    static Question question(ServerSession server) {
        Set<String> customs = new LinkedHashSet<>(server.pool().customSettings());
        Inquiry.addCustoms(server.vars().carrying().set(), customs);
        return new Question(Pins.LOCK | Pins.TEMPORARY | Pins.CURSOR | Pins.PREPARED, true, List.copyOf(customs));
    }

    /** Whether that is all that was to be expected. */
    static boolean passes(ServerSession server, Truth answer) {
        Carrying known = server.vars().carrying();
        Set<String> found = known.unexpected(answer.settings(known.set(), name -> known.set().value(name) != null));
        int left = answer.pins(Pins.NONE) & ~Pins.PREPARED;
        for (String name : answer.statements().keySet()) {
            left |= known.statements().value(name) == null ? Pins.PREPARED : 0;
        }
        if (left != 0) {
            found.add(Pins.names(left));
        }
        if (!found.isEmpty()) {
            server.log(Level.WARNING, "session_audit: statements that nobody suspected have left: " + String.join(", ", found));
            server.needClose();
        }
        return found.isEmpty();
    }
}
