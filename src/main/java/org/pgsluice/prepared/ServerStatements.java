package org.pgsluice.prepared;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which statements one server has prepared, in the order of their last use. For one thread. */
public final class ServerStatements {
    private final StatementCatalog catalog;
    private final Map<PreparedStatement, PreparedStatement> byUse = new LinkedHashMap<>(8, 0.75f, true);

    public ServerStatements(StatementCatalog catalog) {
        this.catalog = catalog;
    }

    public int size() {
        return byUse.size();
    }

    /** Whether the server has it; if so it is the last one used now. */
    public boolean touch(PreparedStatement statement) {
        return byUse.get(statement) != null;
    }

    /** The server was told to prepare it. */
    public void add(PreparedStatement statement) {
        if (byUse.put(statement, statement) == null) {
            catalog.share(statement);
        }
    }

    /** The server does not have it (any more). */
    public void remove(PreparedStatement statement) {
        if (byUse.remove(statement) != null) {
            catalog.release(statement);
        }
    }

    /** The one used longest ago if there are more than {@code most}; null otherwise. */
    public @Nullable PreparedStatement overflow(int most) {
        return byUse.size() <= most ? null : byUse.keySet().iterator().next();
    }

    /** All of them, the one used longest ago first. */
    public List<PreparedStatement> inOrderOfUse() {
        return List.copyOf(byUse.keySet());
    }

    /** The server forgot all of them. */
    public void clear() {
        for (PreparedStatement statement : byUse.keySet()) {
            catalog.release(statement);
        }
        byUse.clear();
    }
}
