package org.pgsluice.vars;

import java.util.List;

/** What a server has by itself, before any client: how to learn it where the login does not report it, and how to come back to it. */
public final class OwnValues {
    private OwnValues() {}

    /** Which parameters the login of a server did not report, as a set of bits. */
    public static long unknown(TrackedVars server) {
        return server.silent.positions;
    }

    /** The query that asks for the values of those, in the order of their positions, NULL for what the server does not know. */
    public static String question(TrackedVars server) {
        return BridgePlan.ask(server.names, server.silent.positions);
    }

    /** What it has answered, one char a byte. Without this a value is known as that which a RESET gives. */
    public static void answer(TrackedVars server, int index, String bytes) {
        String encoding = server.values[TrackedNames.CLIENT_ENCODING];
        server.set(index, Raw.of(bytes, encoding == null ? Raw.OF_DATABASE : encoding));
        server.atLogin[index] = server.values[index];
    }

    /** The statements after which all is as the login left it, none when it is so already. {@link #restored} is called when they are through. */
    public static List<String> plan(TrackedVars server) {
        BridgePlan plan = new BridgePlan();
        boolean[] noted = server.asked == null ? new boolean[server.values.length] : server.asked;
        server.asked = noted;
        plan.then(CarriedPlan.none(server.carrying));
        for (int i = 0; i < noted.length; i++) {
            boolean given = (server.silent.given & 1L << i) != 0;
            if (given || (server.values[i] != server.atLogin[i] && server.atLogin[i] != null)) {
                noted[i] = true;
                plan.unset(server.names, i, given ? server.atLogin[i] : null);
            }
        }
        server.changed();
        return plan.end(null, false);
    }

    /** They are through: what the server has now is its own. */
    public static void restored(TrackedVars server) {
        boolean[] noted = server.asked;
        server.carrying.bridged(Carried.NONE);
        for (int i = 0; noted != null && i < noted.length; i++) {
            if (!noted[i]) {
                continue;
            }
            if (server.silent.has(i)) {
                server.put(i, server.atLogin[i]);
                server.silent.end(i, false);
            } else {
                server.atLogin[i] = server.values[i];
            }
        }
        server.asked = null;
    }
}
