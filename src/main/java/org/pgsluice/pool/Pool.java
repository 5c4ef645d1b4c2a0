package org.pgsluice.pool;

import java.util.LinkedHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.LoadBalanceHosts;
import org.pgsluice.config.PoolMode;
import org.pgsluice.config.StateMode;
import org.pgsluice.stats.Counters;

/**
 * The servers and clients of one database and user. Its lists and marks are the books': only {@link Books} changes them, under its lock. Idle servers are
 * listed by the reactor that they are attached to; those who wait stand in one queue, whatever their reactor.
 */
public final class Pool {
    private final Database database;
    private final User user;
    private final Counters[] counters;
    private final Set<String> customSettings = ConcurrentHashMap.newKeySet();

    final EntryList<ServerEntry>[] idle;
    final EntryList<ServerEntry> login = new EntryList<>();
    final EntryList<ServerEntry> active = new EntryList<>();
    final EntryList<ServerEntry> used = new EntryList<>();
    final EntryList<ServerEntry> tested = new EntryList<>();
    final EntryList<ServerEntry> beingCanceled = new EntryList<>();
    final EntryList<ServerEntry> activeCancel = new EntryList<>();
    final EntryList<ServerEntry> closing = new EntryList<>();
    final EntryList<ClientEntry> clients = new EntryList<>();
    final EntryList<ClientEntry> waitingWelcome = new EntryList<>();
    final EntryList<ClientEntry> waiting = new EntryList<>();
    final EntryList<ClientEntry> waitingReplication = new EntryList<>();
    final EntryList<ClientEntry> waitingCancel = new EntryList<>();
    final EntryList<ClientEntry> activeCancelClients = new EntryList<>();

    private static final int MOST_ASKERS = 256;

    /** Server connections that were allowed but have not begun. */
    int reserved;
    /** Servers that stay, or may have to stay, with clients for what their sessions have. */
    int pinned;
    /** Those of them of which it is not known yet, but will be as soon as they have said what they have. */
    int undecided;
    /** Servers that must stay and wait for a place, in order, with who is told when there is one, or none. */
    final LinkedHashMap<ServerEntry, Runnable> seekers = new LinkedHashMap<>();
    /** Those that stay for certain, and those that listen. */
    int apart;
    /** Where its servers are opened. */
    Places places;
    String lastFailure = "";
    /** What has the server that listens for all of its clients, or waits for it. */
    @Nullable ClientEntry ear;
    long lastLifetimeCloseNanos;
    long lastActiveNanos;
    /** The application_names whose clients ask for the last value of a sequence in a transaction of its own. */
    private final Set<String> sequenceAskers = ConcurrentHashMap.newKeySet();

    /** Immutable, so that whoever reads it has all of it. */
    private @Nullable PoolTerms terms;

    private volatile @Nullable Welcome welcome;
    private long welcomes;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Pool(Database database, User user, int reactors, long now) {
        this.database = database;
        this.user = user;
        idle = new EntryList[reactors];
        counters = new Counters[reactors];
        for (int i = 0; i < reactors; i++) {
            idle[i] = new EntryList<>();
            counters[i] = new Counters();
        }
        places = new Places(database.config().serverIdentity());
        lastActiveNanos = now;
        lastLifetimeCloseNanos = now - Long.MAX_VALUE / 4;
    }

    public Database database() {
        return database;
    }

    /** The user that its servers log in as. */
    public User user() {
        return user;
    }

    /** The counters of one reactor, for its thread to add to. */
    public Counters counters(int reactor) {
        return counters[reactor];
    }

    /** The sums over all reactors. */
    public Counters totals() {
        Counters sum = new Counters();
        for (Counters one : counters) {
            sum.add(one);
        }
        return sum;
    }

    /** A client of that application_name asks for the last value of a sequence, outside of the transaction that advanced it. Any thread. */
    public void sequenceAsked(String application) {
        if (sequenceAskers.size() < MOST_ASKERS) {
            sequenceAskers.add(application);
        }
    }

    /** Whether one did. Any thread. */
    public boolean asksForSequences(String application) {
        return !sequenceAskers.isEmpty() && sequenceAskers.contains(application);
    }

    /** What clients are welcomed with; null until the first server has logged in. Any thread. */
    public @Nullable Welcome welcome() {
        return welcome;
    }

    /** Takes what a server reported; returns it as the pool has it, numbered. Under the books' lock. */
    Welcome welcome(Welcome reported) {
        Welcome known = welcome;
        if (known != null && known.parameters().equals(reported.parameters())) {
            return known;
        }
        Welcome next = new Welcome(++welcomes, reported.parameters());
        welcome = next;
        return next;
    }

    /** The next login says anew what clients are welcomed with. Under the books' lock. */
    void forgetWelcome() {
        welcome = null;
    }

    /** What {@code config} says of it. Any thread. */
    public PoolTerms terms(Config config) {
        PoolTerms known = terms;
        if (known == null || !known.areOf(config, user.config(), database.config())) {
            known = new PoolTerms(config, user, database);
            terms = known;
        }
        return known;
    }

    /** When its clients give their servers back. */
    public PoolMode mode(Config config) {
        return terms(config).mode;
    }

    /** What follows its clients from server to server. */
    public StateMode stateMode(Config config) {
        return terms(config).state;
    }

    /** The names of custom settings that its clients have used, which no server lists. Any thread. */
    public Set<String> customSettings() {
        return customSettings;
    }

    /** How many servers it may have; 0 for no limit. */
    public int size(Config config) {
        return terms(config).size;
    }

    /** The word for SHOW, null unless the database has a list of hosts. */
    public @Nullable LoadBalanceHosts loadBalanceHosts() {
        if (database.config().hosts().size() < 2) {
            return null;
        }
        LoadBalanceHosts own = database.config().loadBalanceHosts();
        return own == null ? LoadBalanceHosts.ROUND_ROBIN : own;
    }

    /** Every server that may yet be given to a client, also those at their login. */
    void forEachServer(Consumer<ServerEntry> action) {
        for (EntryList<ServerEntry> list : idle) {
            list.forEach(action);
        }
        active.forEach(action);
        used.forEach(action);
        tested.forEach(action);
        beingCanceled.forEach(action);
        login.forEach(action);
        closing.forEach(action); // one that only reads a notification comes back
    }

    int idleCount() {
        int sum = 0;
        for (EntryList<ServerEntry> list : idle) {
            sum += list.size();
        }
        return sum;
    }

    /** Servers that can carry queries now or soon; those at their login and reserved ones not. */
    int connectedCount() {
        return active.size() + beingCanceled.size() + idleCount() + used.size() + tested.size() + closing.size();
    }

    /** What counts in the limits: sessions of PostgreSQL, also those that are only reserved. */
    int sessionCount() {
        return connectedCount() + login.size() + reserved;
    }

    /** What counts in pool_size: not the servers that stay with one client. */
    int sharedCount() {
        return sessionCount() - apart;
    }

    /** All server connections, also those that only carry cancel requests. */
    int serverCount() {
        return sessionCount() + activeCancel.size();
    }

    int clientCount() {
        return clients.size() + waiting.size() + waitingWelcome.size() + waitingReplication.size();
    }

    @Override
    public String toString() {
        return database.name() + "/" + user.name();
    }
}
