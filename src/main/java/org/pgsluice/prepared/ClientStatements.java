package org.pgsluice.prepared;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The statements that one client has named. Looked up by the bytes of the name as they stand in a message, without making an object. Open addressing; for one
 * thread.
 */
public final class ClientStatements {
    private static final int FIRST_CAPACITY = 8;
    /** PostgreSQL compares so many bytes of a name (NAMEDATALEN). */
    private static final int LONGEST_NAME = 63;

    private final StatementCatalog catalog;
    private byte[] @Nullable [] names = new byte[0][];
    private @Nullable PreparedStatement[] statements = new PreparedStatement[0];
    private boolean[] unused = {};
    private int size;

    public ClientStatements(StatementCatalog catalog) {
        this.catalog = catalog;
    }

    public int size() {
        return size;
    }

    /** The statement of the name that stands in {@code bytes} from {@code from} to {@code to}; null when there is none. */
    public @Nullable PreparedStatement get(ByteBuffer bytes, int from, int to) {
        int slot = slot(bytes, from, to);
        return slot < 0 ? null : statements[slot];
    }

    /** The name that stands there, as the client has written it. It must be known. Not to be changed. */
    public byte[] called(ByteBuffer bytes, int from, int to) {
        int slot = to - from <= LONGEST_NAME ? slot(bytes, from, to) : -1;
        byte[] known = slot < 0 ? null : names[slot];
        if (known == null) {
            known = new byte[to - from];
            bytes.get(from, known);
        }
        return known;
    }

    /**
     * Names a statement, whose use goes over to this map. The name must be free.
     *
     * @param answered its Parse was answered without PostgreSQL; see {@link #isFirstUse}
     */
    public void put(byte[] name, PreparedStatement statement, boolean answered) {
        if ((size + 1) * 2 > statements.length) {
            grow();
        }
        byte[] counts = name.length > LONGEST_NAME ? Arrays.copyOf(name, LONGEST_NAME) : name;
        insert(counts, statement, answered);
        size++;
        catalog.named(counts.length, true);
    }

    /** Has a name that is known mean another statement, whose use goes over to this map. */
    public void replace(ByteBuffer bytes, int from, int to, PreparedStatement statement) {
        int slot = slot(bytes, from, to);
        PreparedStatement old = slot < 0 ? null : statements[slot];
        if (old == null) {
            throw new IllegalArgumentException("only a name that is known is replaced");
        }
        statements[slot] = statement;
        catalog.release(old);
    }

    /** Whether a name whose Parse was answered without PostgreSQL is used for the first time. It is so once. */
    public boolean isFirstUse(ByteBuffer bytes, int from, int to) {
        int slot = slot(bytes, from, to);
        boolean first = slot >= 0 && unused[slot];
        if (first) {
            unused[slot] = false;
        }
        return first;
    }

    /** Forgets a name; whether it was known. */
    public boolean remove(ByteBuffer bytes, int from, int to) {
        PreparedStatement statement = detach(bytes, from, to);
        if (statement != null) {
            catalog.release(statement);
        }
        return statement != null;
    }

    /** Forgets a name; its use of the statement goes over to the caller. Null when the name is not known. */
    public @Nullable PreparedStatement detach(ByteBuffer bytes, int from, int to) {
        int slot = slot(bytes, from, to);
        if (slot < 0) {
            return null;
        }
        PreparedStatement statement = statements[slot];
        names[slot] = null;
        statements[slot] = null;
        size--;
        catalog.named(Math.min(to - from, LONGEST_NAME), false);
        reseat(slot);
        return statement;
    }

    /** Forgets all. */
    public void clear() {
        forEachName((name, statement) -> {
            catalog.named(name.length, false);
            catalog.release(statement);
        });
        names = new byte[0][];
        statements = new PreparedStatement[0];
        unused = new boolean[0];
        size = 0;
    }

    /** Every name with its statement. */
    public void forEachName(BiConsumer<byte[], PreparedStatement> action) {
        for (int slot = 0; slot < statements.length; slot++) {
            byte[] name = names[slot];
            PreparedStatement statement = statements[slot];
            if (name != null && statement != null) {
                action.accept(name, statement);
            }
        }
    }

    private int slot(ByteBuffer bytes, int from, int to) {
        if (size == 0) {
            return -1;
        }
        int mask = statements.length - 1;
        int end = Math.min(to, from + LONGEST_NAME);
        for (int slot = hash(bytes, from, end) & mask; ; slot = (slot + 1) & mask) {
            byte[] name = names[slot];
            if (name == null) {
                return -1;
            }
            if (isSame(name, bytes, from, to)) {
                return slot;
            }
        }
    }

    private void insert(byte[] name, PreparedStatement statement, boolean answered) {
        int mask = statements.length - 1;
        int slot = hash(ByteBuffer.wrap(name), 0, name.length) & mask;
        while (names[slot] != null) {
            slot = (slot + 1) & mask;
        }
        names[slot] = name;
        statements[slot] = statement;
        unused[slot] = answered;
    }

    /** Moves the entries behind a freed slot so that each is found again. */
    private void reseat(int freed) {
        int mask = statements.length - 1;
        for (int slot = (freed + 1) & mask; ; slot = (slot + 1) & mask) {
            byte[] name = names[slot];
            PreparedStatement statement = statements[slot];
            if (name == null || statement == null) {
                return;
            }
            names[slot] = null;
            statements[slot] = null;
            insert(name, statement, unused[slot]);
        }
    }

    private void grow() {
        byte[] @Nullable [] oldNames = names;
        @Nullable PreparedStatement[] old = statements;
        boolean[] oldUnused = unused;
        int capacity = Math.max(FIRST_CAPACITY, old.length * 2);
        names = new byte[capacity][];
        statements = new PreparedStatement[capacity];
        unused = new boolean[capacity];
        for (int i = 0; i < old.length; i++) {
            byte[] name = oldNames[i];
            PreparedStatement statement = old[i];
            if (name != null && statement != null) {
                insert(name, statement, oldUnused[i]);
            }
        }
    }

    private int hash(ByteBuffer bytes, int from, int to) {
        int hash = catalog.seed() ^ 0x811c9dc5;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes.get(i)) * 0x01000193;
        }
        return hash ^ (hash >>> 15);
    }

    /** Whether two names are the same to PostgreSQL. */
    public static boolean isSame(byte[] name, ByteBuffer bytes, int from, int to) {
        int end = Math.min(to, from + LONGEST_NAME);
        if (Math.min(name.length, LONGEST_NAME) != end - from) {
            return false;
        }
        for (int i = from; i < end; i++) {
            if (name[i - from] != bytes.get(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return Arrays.toString(statements);
    }
}
