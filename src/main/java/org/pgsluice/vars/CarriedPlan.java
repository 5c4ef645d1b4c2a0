package org.pgsluice.vars;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link BridgePlan} that is about settings beyond the tracked ones. A role takes rights away, so the order is: back to the user that the server
 * logged in as, the settings, whoever the session is to be, its role.
 */
public final class CarriedPlan {
    private static final String SELECT = "SELECT pg_catalog.count(pg_catalog.set_config(v.n,v.v,";
    private static final String BEGIN = SELECT + "false)) FROM (VALUES ";
    /** The same until the transaction ends. */
    private static final String LOCAL = SELECT + "true)) FROM (VALUES ";
    private static final String END = ") v(n,v);";

    /** A custom setting, which pg_settings does not have, is empty after a RESET. Operators of pg_catalog, whatever the search_path. */
    private static final String RESTORED = ") v(n,v) LEFT JOIN pg_catalog.pg_settings s ON pg_catalog.lower(s.name) OPERATOR(pg_catalog.=) v.n"
            + " WHERE CASE WHEN s.name IS NULL THEN coalesce(pg_catalog.current_setting(v.n,true),'') OPERATOR(pg_catalog.=) ''"
            + " ELSE s.source OPERATOR(pg_catalog.<>) 'session' END;";

    private static final String RESTORED_ROLE = ") v(n,v) WHERE pg_catalog.current_setting('role') OPERATOR(pg_catalog.=) 'none';";

    private CarriedPlan() {}

    /** A plan for the log: the values of settings that nobody reports are nobody's to read. */
    public static String shown(List<String> statements) {
        String all = String.join(" ", statements);
        StringBuilder shown = new StringBuilder();
        int at = 0;
        for (int from = all.indexOf(SELECT); from >= 0; from = all.indexOf(SELECT, at)) {
            shown.append(all, at, from).append("SELECT set_config(...);");
            int end = all.indexOf(END, from);
            at = end < 0 ? all.length() : end + END.length();
        }
        return shown.append(all, at, all.length()).toString();
    }

    /**
     * What goes before the tracked parameters.
     *
     * @return whether the server is its own user again by that, whatever it was
     */
    static boolean begin(Carrying client, TrackedVars server, BridgePlan plan) {
        boolean asSelf = server.isAnotherUser();
        plan.then(asSelf ? "RESET SESSION AUTHORIZATION;" : null);
        plan.then(settings(client, server.carrying));
        return asSelf;
    }

    /** What goes behind them. {@code begun}: {@link #begin} went before, and was answered with {@code asSelf}. */
    static void end(TrackedVars client, TrackedVars server, boolean begun, boolean asSelf, BridgePlan plan) {
        boolean[] noted = server.asked;
        boolean other = noted != null && noted[TrackedNames.SESSION_AUTHORIZATION];
        String user = client.values[TrackedNames.SESSION_AUTHORIZATION];
        if (asSelf && !other && user != null) {
            plan.set(client.names, TrackedNames.SESSION_AUTHORIZATION, user);
        }
        String role = client.carrying.set().value(Carried.ROLE);
        if (role != null && (begun || other)) {
            plan.then(query(row(new StringBuilder(), Carried.ROLE, role)));
        }
    }

    /** A query that a server refuses if it does not take these settings, and that leaves nothing behind. */
    public static String check(Carried settings) {
        StringBuilder rows = new StringBuilder();
        settings.forEach((name, value) -> {
            if (!name.equals(Carried.ROLE)) {
                row(rows, name, value);
            }
        });
        String role = settings.value(Carried.ROLE);
        if (role != null) {
            row(rows, Carried.ROLE, role);
        }
        return LOCAL + rows + END;
    }

    /**
     * The query that brings these back where a RESET has taken them, but for those that the session has set otherwise since; empty for none.
     *
     * @param local whether for the transaction alone
     * @param ofRole whether the role too
     */
    static String restore(Carried settings, boolean local, boolean ofRole) {
        String begin = local ? LOCAL : BEGIN;
        StringBuilder rows = new StringBuilder();
        settings.forEach((name, value) -> {
            if (!name.equals(Carried.ROLE)) {
                row(rows, name, value);
            }
        });
        String sql = rows.isEmpty() ? "" : begin + rows + RESTORED;
        String role = ofRole ? settings.value(Carried.ROLE) : null;
        return role == null ? sql : sql + begin + row(new StringBuilder(), Carried.ROLE, role) + RESTORED_ROLE;
    }

    /** The query that takes from a server all that is carried; null for none. */
    static @Nullable String none(Carrying server) {
        StringBuilder rows = new StringBuilder();
        take(rows, Carried.NONE, server);
        return rows.isEmpty() ? null : query(rows);
    }

    /** The query that takes from a server what this client has not, and gives it what it has, but for the role; null for none. */
    private static @Nullable String settings(Carrying client, Carrying server) {
        StringBuilder rows = new StringBuilder();
        take(rows, client.set(), server);
        client.set().forEach((name, value) -> {
            if (!name.equals(Carried.ROLE) && (server.unsure() || !value.equals(server.set().value(name)))) {
                row(rows, name, value);
            }
        });
        return rows.isEmpty() ? null : query(rows);
    }

    private static void take(StringBuilder rows, Carried next, Carrying server) {
        if (server.set().value(Carried.ROLE) != null) {
            row(rows, Carried.ROLE, null);
        }
        server.set().forEach((name, value) -> {
            if (next.value(name) == null && !name.equals(Carried.ROLE) && !isGone(name, value)) {
                row(rows, name, null);
            }
        });
    }

    /** A custom setting cannot be taken away: RESET makes it empty, and so it stays. */
    private static boolean isGone(String name, String value) {
        return value.isEmpty() && name.indexOf('.') >= 0;
    }

    private static StringBuilder row(StringBuilder rows, String name, @Nullable String value) {
        rows.append(rows.isEmpty() ? "(" : ",(").append(Literal.ofValue(Raw.of(name, Raw.OF_DATABASE))).append(',');
        return rows.append(value == null ? "NULL" : Literal.ofValue(value)).append(')');
    }

    /** A count, since values would have to be sent in a client_encoding that may not have their letters. A value that is NULL is a RESET. */
    private static String query(StringBuilder rows) {
        return BEGIN + rows + END;
    }
}
