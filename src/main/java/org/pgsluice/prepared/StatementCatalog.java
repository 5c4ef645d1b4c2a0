package org.pgsluice.prepared;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All prepared statements that some client or server holds, by their text, so that equal ones are prepared once a server. Thread-safe. A statement that nobody
 * holds is forgotten. What texts, also unnamed long ones, and clients' names take together is limited: whoever asks for more gets nothing.
 */
public final class StatementCatalog {
    /** What a statement takes beside its text, and a name of a client's beside its letters: bytes, about. */
    private static final int STATEMENT_BYTES = 256;

    private static final int NAME_BYTES = 96;

    private final Map<PreparedStatement.Text, PreparedStatement> byText = new HashMap<>();
    private final int seed;
    private long lastId;
    private long bytes;
    private long most = Long.MAX_VALUE;

    public StatementCatalog() {
        this(0);
    }

    /** @param seed makes it impossible to foresee which names fall together */
    public StatementCatalog(int seed) {
        this.seed = seed;
    }

    int seed() {
        return seed;
    }

    /** Limits what is held from now on: bytes. */
    public synchronized void limit(long bytesAtMost) {
        most = bytesAtMost;
    }

    /** Counts what a client's unnamed statement takes, less than 0 for what it takes no more: bytes. */
    synchronized void kept(int more) {
        bytes += more;
    }

    /** Counts the memory of a client's name, or its end. */
    synchronized void named(int length, boolean begins) {
        bytes += begins ? NAME_BYTES + length : -NAME_BYTES - length;
    }

    /**
     * The statement of that text, counted as used once more; null when there is no room for it, or for one more name.
     *
     * @param body what stands behind the name in a Parse message; the array is kept
     * @param reading by what it is read; see {@link PreparedStatement#reading}
     */
    public synchronized @Nullable PreparedStatement acquireIfRoom(byte[] body, Object reading) {
        PreparedStatement statement = byText.get(new PreparedStatement.Text(body, reading));
        int more = NAME_BYTES + (statement == null ? STATEMENT_BYTES + body.length : 0);
        return bytes + more > most ? null : acquire(body, reading);
    }

    /** Whether there is room for a text of that length and its name. */
    public synchronized boolean hasRoom(int length) {
        return bytes + NAME_BYTES + STATEMENT_BYTES + length <= most;
    }

    /** As {@link #acquireIfRoom}, whether or not there is room. */
    public synchronized PreparedStatement acquire(byte[] body, Object reading) {
        PreparedStatement.Text text = new PreparedStatement.Text(body, reading);
        PreparedStatement statement = byText.get(text);
        if (statement == null) {
            statement = new PreparedStatement(++lastId, body, reading);
            byText.put(text, statement);
            bytes += STATEMENT_BYTES + body.length;
        }
        statement.users++;
        return statement;
    }

    /** As {@link #acquireIfRoom}, but only for a text that was accepted on that ground. */
    public synchronized @Nullable PreparedStatement acquireProven(byte[] body, Object reading, Object ground) {
        PreparedStatement statement = byText.get(new PreparedStatement.Text(body, reading));
        if (statement == null || !statement.isProvenOn(ground) || bytes + NAME_BYTES > most) {
            return null;
        }
        statement.users++;
        return statement;
    }

    /**
     * The statement that another process knew under that name, counted as used once. By what it was read is not known, so nobody else shares it. For a catalog
     * in which nothing of its own was named yet.
     */
    synchronized PreparedStatement adopt(String serverName, byte[] body) {
        long id = PreparedStatement.id(serverName);
        if (id <= 0) {
            throw new IllegalArgumentException("no statement of ours is called that");
        }
        lastId = Math.max(lastId, id);
        PreparedStatement statement = new PreparedStatement(id, body, new Object());
        byText.put(new PreparedStatement.Text(statement), statement);
        bytes += STATEMENT_BYTES + body.length;
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
            bytes -= STATEMENT_BYTES + statement.body().length;
        }
    }

    /** What all of it takes: bytes, about. */
    public synchronized long bytes() {
        return bytes;
    }

    /** How many statements are held. */
    public synchronized int size() {
        return byText.size();
    }
}
