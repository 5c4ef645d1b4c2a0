package org.pgsluice.pool;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.Settings;

/**
 * The databases, users and pools by name, and the counts of clients against their limits. Guarded by the books' monitor, which every method takes; lists are
 * copies.
 */
public final class Registry {
    /** The console's database. */
    public static final String CONSOLE = "pgbouncer";

    private static final int LONGEST_NAME = 63;

    private final Books books;
    private final int reactors;
    private final Map<String, Database> databases = new TreeMap<>();
    private final Map<String, User> users = new TreeMap<>();
    private final Map<PoolKey, Pool> byKey = new HashMap<>();
    private final List<Pool> pools = new ArrayList<>();

    Registry(Books books, int reactors) {
        this.books = books;
        this.reactors = reactors;
    }

    /** The database of that name, if it is known and was not removed. */
    public @Nullable Database database(String name) {
        synchronized (books) {
            Database known = databases.get(name);
            return known == null || known.removed() ? null : known;
        }
    }

    /** The entry that a client of that database would have: its own, or what {@code *} makes of it; null for none. Registers nothing. */
    public @Nullable DatabaseConfig entry(String name) {
        synchronized (books) {
            Database known = database(name);
            DatabaseConfig fallback = automaticEntry(name);
            return known != null ? known.config() : fallback == null ? null : fallback.forName(name);
        }
    }

    /** The database of that name, registered through the {@code *} entry if need be, for a client that has proven who it is; null when there is none. */
    public @Nullable Database registerAutomatic(String name) {
        synchronized (books) {
            Database database = provisional(name);
            if (database != null) {
                database.proven = true;
            }
            return database;
        }
    }

    /**
     * The same before the proof, to ask that database for a secret: one that is registered by this alone is dropped again as soon as it is empty, whatever
     * {@code autodb_idle_timeout} is.
     */
    public @Nullable Database provisional(String name) {
        synchronized (books) {
            Database known = database(name);
            DatabaseConfig fallback = automaticEntry(name);
            if (known != null || fallback == null) {
                return known;
            }
            Database fresh = new Database(fallback.forName(name), true);
            databases.put(name, fresh);
            return fresh;
        }
    }

    /** The {@code *} entry, if it stands for that name: PostgreSQL's names are no longer than 63 bytes. */
    private @Nullable DatabaseConfig automaticEntry(String name) {
        boolean fits = name.length() <= LONGEST_NAME && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
        return fits ? books.config().autoDatabase() : null;
    }

    /** Whether an automatic database is there only because somebody who has proven nothing asked for it. */
    public boolean isProvisional(Database database) {
        synchronized (books) {
            return database.automatic() && !database.proven;
        }
    }

    /** Registers the console's database, which is in no configuration. */
    public Database registerConsole(DatabaseConfig config) {
        synchronized (books) {
            return databases.computeIfAbsent(config.name(), name -> new Database(config, false));
        }
    }

    /** The user of that name, made when it was not known. */
    public User user(String name) {
        synchronized (books) {
            User user = users.get(name);
            if (user == null) {
                user = new User(name);
                user.config(books.config().users().get(name));
                users.put(name, user);
            }
            return user;
        }
    }

    /** The user of that name, if it is known. */
    public @Nullable User findUser(String name) {
        synchronized (books) {
            return users.get(name);
        }
    }

    /** The pool of both, made when there was none. A database that was removed and came back has pools of its own. */
    public Pool pool(Database database, User user, long now) {
        synchronized (books) {
            PoolKey key = new PoolKey(database.name(), user.name());
            Pool pool = byKey.get(key);
            if (pool == null || pool.database() != database) {
                pool = new Pool(database, user, reactors, now);
                if (database.automatic() && !database.removed()) {
                    // It may have been dropped as unused a moment ago.
                    databases.putIfAbsent(database.name(), database);
                }
                byKey.put(key, pool);
                pools.add(pool);
                database.pools.add(pool);
                user.pools.add(pool);
            }
            return pool;
        }
    }

    /** All pools, in the order in which they were made. */
    public List<Pool> pools() {
        synchronized (books) {
            return new ArrayList<>(pools);
        }
    }

    /** The pools that compete with {@code pool} for a limit of its database or user, itself among them. */
    public List<Pool> competitors(Pool pool) {
        synchronized (books) {
            List<Pool> both = new ArrayList<>(pool.database().pools);
            for (Pool other : pool.user().pools) {
                if (!both.contains(other)) {
                    both.add(other);
                }
            }
            return both;
        }
    }

    /** All databases, in the order of their names. */
    public List<Database> databases() {
        synchronized (books) {
            return new ArrayList<>(databases.values());
        }
    }

    /** All users, in the order of their names. */
    public List<User> users() {
        synchronized (books) {
            return new ArrayList<>(users.values());
        }
    }

    /** Takes an empty pool out. False when it is in use. */
    public boolean removePool(Pool pool) {
        synchronized (books) {
            if (pool.clientCount() > 0 || pool.serverCount() > 0 || pool.closing.size() > 0 || pool.waitingCancel.size() > 0) {
                return false;
            }
            byKey.remove(new PoolKey(pool.database().name(), pool.user().name()), pool);
            pools.remove(pool);
            pool.database().pools.remove(pool);
            pool.user().pools.remove(pool);
            return true;
        }
    }

    /** Takes a database without clients, servers and pools out: one that was removed from the configuration, or an automatic one that nobody uses. */
    public boolean removeDatabase(Database database) {
        synchronized (books) {
            for (Pool pool : new ArrayList<>(database.pools)) {
                if (!removePool(pool)) {
                    return false;
                }
            }
            return database.clientCount() == 0 && databases.remove(database.name(), database);
        }
    }

    /**
     * Takes over a new configuration. A database that is not in it any more is marked removed; its clients and servers are the caller's to end. Servers of a
     * database whose place or login changed are marked to be closed.
     */
    public void apply(Config next) {
        synchronized (books) {
            Config before = books.config();
            books.config(next);
            for (DatabaseConfig entry : next.databases().values()) {
                Database known = databases.get(entry.name());
                if (known == null || known.removed() || known.automatic()) {
                    databases.put(entry.name(), replacement(known, entry));
                } else if (!known.config().equals(entry)) {
                    boolean elsewhere = !known.config().serverIdentity().equals(entry.serverIdentity());
                    known.config(entry);
                    if (elsewhere) {
                        obsolete(known);
                    }
                }
            }
            for (Database database : databases.values()) {
                if (database.name().equals(CONSOLE) || next.databases().containsKey(database.name())) {
                    continue;
                }
                if (!database.automatic()) {
                    database.remove();
                } else if (!Objects.equals(before.autoDatabase(), next.autoDatabase())) {
                    reviseAutomatic(database, next.autoDatabase());
                }
            }
            for (User user : users.values()) {
                user.config(next.users().get(user.name()));
            }
            for (String name : next.users().keySet()) {
                user(name);
            }
            // A password may have been put right.
            pools.forEach(pool -> pool.places.forget());
        }
    }

    private static Database replacement(@Nullable Database known, DatabaseConfig entry) {
        Database fresh = new Database(entry, false);
        if (known != null) {
            // The old one's clients and servers live on under the old entry and are counted there until they are gone.
            known.remove();
        }
        return fresh;
    }

    private static void reviseAutomatic(Database database, @Nullable DatabaseConfig fallback) {
        if (fallback == null) {
            return;
        }
        DatabaseConfig entry = fallback.forName(database.name());
        if (!database.config().equals(entry)) {
            boolean elsewhere = !database.config().serverIdentity().equals(entry.serverIdentity());
            database.config(entry);
            if (elsewhere) {
                obsolete(database);
            }
        }
    }

    /** Marks all servers of a database to be closed at their next release, and forgets what their clients are welcomed with. */
    private static void obsolete(Database database) {
        for (Pool pool : database.pools) {
            needClose(pool);
            pool.forgetWelcome();
            pool.places = new Places(database.config().serverIdentity());
        }
    }

    /** Marks all servers of a database to be closed at their next release, and forgets what its clients are welcomed with. */
    public void markObsolete(Database database) {
        synchronized (books) {
            obsolete(database);
        }
    }

    /** Marks all servers of a pool to be closed at their next release: the way to them is encrypted otherwise now. */
    public void markObsolete(Pool pool) {
        synchronized (books) {
            needClose(pool);
        }
    }

    private static void needClose(Pool pool) {
        pool.forEachServer(ServerEntry::needClose);
    }

    /** Every server connection that may yet be given to a client. Inside the books. */
    void forEachServer(Consumer<ServerEntry> action) {
        for (Pool pool : pools) {
            pool.forEachServer(action);
        }
    }
}
