package org.pgsluice.prepared;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All prepared statements that some client or server holds, by their text, so that equal ones are prepared once a server. Thread-safe. A statement that nobody holds is
 * forgotten.
 */
public final class StatementCatalog {
    private final Map<PreparedStatement.Text, PreparedStatement> byText = new HashMap<>();
    private long lastId;

    /**
     * The statement of that text, counted as used once more.
     *
     * @param body what stands behind the name in a Parse message; the array is kept
     */
    public synchronized PreparedStatement acquire(byte[] body) {
        PreparedStatement.Text text = new PreparedStatement.Text(body);
        PreparedStatement statement = byText.get(text);
        if (statement == null) {
            statement = new PreparedStatement(++lastId, body);
            byText.put(text, statement);
        }
        statement.users++;
        return statement;
    }

    /** As {@link #acquire}, but only for a text that was accepted on that ground; null otherwise. */
    public synchronized @Nullable PreparedStatement acquireProven(byte[] body, Object ground) {
        PreparedStatement statement = byText.get(new PreparedStatement.Text(body));
        if (statement == null || !statement.isProvenOn(ground)) {
            return null;
        }
        statement.users++;
        return statement;
    }

    /** The statement that another process knew under that name, counted as used once. For a catalog in which nothing of its own was named yet. */
    synchronized PreparedStatement adopt(String serverName, byte[] body) {
        long id = PreparedStatement.id(serverName);
        if (id <= 0) {
            throw new IllegalArgumentException("no statement of ours is called that");
        }
        lastId = Math.max(lastId, id);
        PreparedStatement statement = new PreparedStatement(id, body);
        byText.put(new PreparedStatement.Text(body), statement);
        statement.users++;
        return statement;
    }

    /** Counts one more user of a statement that somebody holds. */
    public synchronized PreparedStatement share(PreparedStatement statement) {
        statement.users++;
        return statement;
    }

    /** Counts one user less. */
    public synchronized void release(PreparedStatement statement) {
        assert statement.users > 0 : "a statement was released more often than acquired";
        if (--statement.users == 0) {
            byText.remove(new PreparedStatement.Text(statement), statement);
        }
    }

    /** How many statements are held. */
    public synchronized int size() {
        return byText.size();
    }
}
