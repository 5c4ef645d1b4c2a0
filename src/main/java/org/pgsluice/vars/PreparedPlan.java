package org.pgsluice.vars;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives a server the statements that its client has prepared by SQL, and takes others from it. Each is a query of its own, since what {@code PREPARE} and
 * {@code DEALLOCATE} do is not rolled back. A PREPARE that PostgreSQL refuses, as when a table is gone, leaves the server without that statement. For one
 * server and one time.
 */
public final class PreparedPlan {
    private final List<String> queries = new ArrayList<>();
    /** The name that each query is about; and those that the server has when all is done. */
    private final List<String> names = new ArrayList<>();

    private final SortedMap<String, String> present;
    private final Carried wanted;
    private boolean refused;

    private PreparedPlan(Carried wanted) {
        this.wanted = wanted;
        this.present = wanted.toMap();
    }

    /** The plan that gives {@code server} what {@code client} has; null when there is nothing to do. */
    public static @Nullable PreparedPlan of(TrackedVars client, TrackedVars server) {
        Carrying from = server.carrying;
        Carried next = client.carrying.statements();
        if (!client.carrying.differsInStatements(from)) {
            return null;
        }
        PreparedPlan plan = new PreparedPlan(next);
        from.statements().forEach((name, text) -> {
            if (from.statementsUnsure() || !text.equals(next.value(name))) {
                plan.add(name, "DEALLOCATE \"" + name.replace("\"", "\"\"") + '"');
            }
        });
        next.forEach((name, text) -> {
            if (from.statementsUnsure() || !text.equals(from.statements().value(name))) {
                plan.add(name, text);
            }
        });
        return plan;
    }

    private void add(String name, String query) {
        names.add(name);
        queries.add(query);
    }

    /** In the order in which they are to be sent. Not for logs: they are a client's. */
    public List<String> queries() {
        return queries;
    }

    /**
     * PostgreSQL has answered one of them with an error.
     *
     * @return whether what the server has is known all the same
     */
    public boolean failed(int index, String sqlState) {
        refused = true;
        if (queries.get(index).startsWith("DEALLOCATE")) {
            return sqlState.equals("26000"); // it was not there
        }
        present.remove(names.get(index));
        return !sqlState.equals("42P05"); // there is one of that name, of which we do not know
    }

    /** They are through. */
    public void done(TrackedVars server) {
        server.carrying.statementsAre(refused ? server.names.sets().of(present) : wanted);
    }
}
