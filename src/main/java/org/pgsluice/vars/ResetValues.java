package org.pgsluice.vars;

import org.jspecify.annotations.Nullable;

/** What a RESET of a client's takes: a server goes back to what its own login gave it, which is not what the client's gave. */
public final class ResetValues {
    private ResetValues() {}

    /**
     * Which of a client's values the server may have lost by a RESET, SET TO DEFAULT or DISCARD of the client's.
     *
     * @param certain whether it was a RESET or DISCARD for certain; then any value reported behind it counts
     * @return a set of bits
     */
    public static long lost(TrackedVars client, TrackedVars server, boolean certain) {
        long positions = 0;
        for (int i = 0; i < client.values.length; i++) {
            String theirs = server.values[i];
            String mine = resetTo(client, i);
            if (mine != null && server.silent.has(i)) {
                positions |= certain ? 1L << i : 0;
                continue;
            }
            if (theirs == null || mine == null || theirs.equals(mine)) {
                continue;
            }
            if (theirs.equals(server.atLogin[i]) || (certain && (server.fresh & 1L << i) != 0)) {
                positions |= 1L << i;
            }
        }
        return positions;
    }

    /** What a RESET brings back to a client; null when that is the server's own value. */
    private static @Nullable String resetTo(TrackedVars client, int index) {
        return client.names.followsServer(index) && (client.own & 1L << index) == 0 ? null : client.atLogin[index];
    }

    /** Whether a RESET of all on that server gives other values than those of the client's login. */
    public static boolean losesAny(TrackedVars client, TrackedVars server) {
        if (client.carrying.atLogin() != Carried.NONE) {
            return true;
        }
        for (int i = 0; i < client.values.length; i++) {
            String mine = resetTo(client, i);
            String theirs = server.atLogin[i];
            if (mine != null && !mine.equals(theirs) && (theirs != null || server.silent.has(i))) {
                return true;
            }
        }
        return false;
    }

    /**
     * The query that gives a server the client's values of its login at {@code positions}, but for those that a SET has given what they have; empty for none.
     *
     * @param beyond whether those of settings that are not tracked too
     * @param local whether until the transaction ends
     * @param ofRole whether, beyond, the role too
     */
    public static String plan(TrackedVars client, long positions, boolean beyond, boolean local, boolean ofRole) {
        String tracked = positions == 0 ? "" : BridgePlan.restore(client.names, client.atLogin, positions, local);
        return beyond ? tracked + CarriedPlan.restore(client.carrying.atLogin(), local, ofRole) : tracked;
    }

    /** The plan is through: what is still not the client's was SET. */
    public static void restored(TrackedVars client, long positions, TrackedVars server) {
        for (long left = positions; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            String value = server.values[index];
            if (server.silent.has(index)) {
                // It has the client's value of the login now, or one that the client has SET.
                server.silent.begin(index);
                continue;
            }
            if (value != null && !value.equals(client.atLogin[index])) {
                server.set |= 1L << index;
            }
            client.put(index, value);
        }
    }
}
