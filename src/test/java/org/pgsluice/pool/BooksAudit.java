package org.pgsluice.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares the books with what there is: the lists with the sessions' states, the counts with the lists, servers with their clients. For a moment in which
 * nothing happens.
 */
public final class BooksAudit {
    private final Books books;
    private final Predicate<ClientEntry> inside;
    private final IdentityHashMap<Entry<?>, EntryList<?>> listed = new IdentityHashMap<>();
    private Map<Object, Integer> serverCounts = Map.of();
    private final Map<Pool, List<Wait>> queues = new HashMap<>();
    private IdentityHashMap<ServerEntry, Long> cancelled = new IdentityHashMap<>();

    /** A client in a queue, and since when. */
    private record Wait(ClientEntry client, long since) {}

    /** @param inside tells the clients that are the pooler's own: those that ask for passwords; they are in no collection */
    public BooksAudit(Books books, Predicate<ClientEntry> inside) {
        this.books = books;
        this.inside = inside;
    }

    /**
     * Looks at everything once.
     *
     * @param clients all open clients
     * @param servers all open servers but those that carry cancel requests
     * @return what is wrong, or null
     */
    public @Nullable String fault(Collection<? extends ClientEntry> clients, Collection<? extends ServerEntry> servers) {
        listed.clear();
        Map<Database, Integer> ofDatabase = new HashMap<>();
        Map<User, Integer> ofUser = new HashMap<>();
        for (Pool pool : books.registry().pools()) {
            String wrong = pool(pool);
            if (wrong != null) {
                return pool + ": " + wrong;
            }
            ofDatabase.merge(pool.database(), pool.sessionCount(), Integer::sum);
            ofUser.merge(pool.user(), pool.sessionCount(), Integer::sum);
        }
        for (Map.Entry<Database, Integer> counted : ofDatabase.entrySet()) {
            if (counted.getKey().serverCount() != counted.getValue()) {
                return "database " + counted.getKey() + " counts " + counted.getKey().serverCount() + " servers, its pools " + counted.getValue();
            }
        }
        for (Map.Entry<User, Integer> counted : ofUser.entrySet()) {
            if (counted.getKey().serverCount() != counted.getValue()) {
                return "user " + counted.getKey() + " counts " + counted.getKey().serverCount() + " servers, its pools " + counted.getValue();
            }
        }
        if (books.members().clientTotal() != clients.size()) {
            return "the registry counts " + books.members().clientTotal() + " clients, there are " + clients.size();
        }
        for (Pool pool : books.registry().pools()) {
            List<? extends ServerEntry> own = servers.stream().filter(server -> server.pool() == pool).toList();
            long pinned = own.stream().filter(server -> server.pinned).count();
            long undecided = own.stream().filter(server -> server.undecided).count();
            if (pool.pinned != pinned || pool.undecided != undecided) {
                return pool + " counts " + pool.pinned + " servers that stay, " + pool.undecided + " of them undecided";
            }
        }
        String wrong = sessions(clients, servers);
        return wrong != null ? wrong : strangers(clients, servers);
    }

    /**
     * Whether there are more servers than a moment ago although a limit was reached; after a limit was lowered there may be too many for a while. For every
     * moment.
     *
     * @param servers all open servers but those that carry cancel requests
     */
    public @Nullable String growthBeyondLimits(Collection<? extends ServerEntry> servers) {
        Map<Object, Integer> counts = new HashMap<>();
        for (ServerEntry server : servers) {
            counts.merge(server.pool(), 1, Integer::sum);
            counts.merge(server.pool().database(), 1, Integer::sum);
            counts.merge(server.pool().user(), 1, Integer::sum);
        }
        String wrong = null;
        for (Map.Entry<Object, Integer> counted : counts.entrySet()) {
            int limit = switch (counted.getKey()) {
                case Pool pool when pool.size(books.config()) > 0 -> pool.size(books.config()) + pool.terms(books.config()).reserveSize + pool.apart;
                case Database database -> database.maxConnections(books.config());
                case User user -> user.maxConnections(books.config());
                default -> 0;
            };
            int count = counted.getValue();
            if (limit > 0 && count > limit && count > counted(counted.getKey())) {
                wrong = counted.getKey() + " has " + count + " servers with a limit of " + limit;
            }
        }
        serverCounts = counts;
        return wrong;
    }

    private int counted(Object of) {
        Integer before = serverCounts.get(of);
        return before == null ? 0 : before;
    }

    /** How much earlier the other may have come: only a client of another reactor, or with other settings, is overtaken at all. */
    private static long overtaking(Wait served, Wait other) {
        boolean alike = served.client.reactorIndex == other.client.reactorIndex && served.client.fingerprint == other.client.fingerprint;
        return alike ? 0 : Match.OVERTAKING_NANOS;
    }

    /**
     * Whether a client got a server since the last call while one still waits that had asked before it, or long before it on another reactor or with other
     * settings. For every moment.
     */
    public @Nullable String passedOver() {
        String wrong = null;
        for (List<Wait> queue : queues.values()) {
            for (Wait served : queue) {
                if (served.client.server != null) {
                    for (Wait other : queue) {
                        if (other.since < served.since - overtaking(served, other) && other.client.state == ClientState.WAITING
                                && other.client.waitSinceNanos == other.since) {
                            wrong = "a client got a server before one that has waited longer";
                        }
                    }
                }
            }
        }
        queues.clear();
        for (Pool pool : books.registry().pools()) {
            if (pool.waiting.first() != null) {
                List<Wait> queue = new ArrayList<>();
                pool.waiting.forEach(client -> queue.add(new Wait(client, client.waitSinceNanos)));
                queues.put(pool, queue);
            }
        }
        return wrong;
    }

    /** Whether a server got its next client while a cancel request for the one before is under way. For every moment. */
    public @Nullable String handedOverUnderCancel(Collection<? extends ServerEntry> servers) {
        String wrong = null;
        IdentityHashMap<ServerEntry, Long> now = new IdentityHashMap<>();
        for (ServerEntry server : servers) {
            if (server.cancelsUnderWay > 0) {
                Long before = cancelled.get(server);
                if (before != null && before != server.assignments && server.client != null) {
                    wrong = "a server got another client while a cancel request for it was under way";
                }
                now.put(server, server.assignments);
            }
        }
        cancelled = now;
        return wrong;
    }

    private @Nullable String sessions(Collection<? extends ClientEntry> clients, Collection<? extends ServerEntry> servers) {
        for (ClientEntry client : clients) {
            boolean shouldBeListed = client.state != ClientState.LOGIN;
            if (client.state == ClientState.CLOSED || shouldBeListed != listed.containsKey(client)) {
                return "a client in state " + client.state + " is " + (shouldBeListed ? "in no list" : "in a list");
            }
            ServerEntry server = client.server;
            if (server != null && (server.client != client || client.state != ClientState.ACTIVE || server.state != ServerState.ACTIVE)) {
                return "a client in state " + client.state + " has a server in state " + server.state + " that knows " + server.client;
            }
        }
        for (ServerEntry server : servers) {
            if (!listed.containsKey(server)) {
                return "a server in state " + server.state + " is in no list";
            }
            ClientEntry client = server.client;
            if (client == null ? server.state == ServerState.ACTIVE : client.server != server) {
                return "a server in state " + server.state + " has the client " + client;
            }
        }
        return null;
    }

    /** Entries that are listed although there is no such session. */
    private @Nullable String strangers(Collection<? extends ClientEntry> clients, Collection<? extends ServerEntry> servers) {
        for (Entry<?> entry : listed.keySet()) {
            boolean known = switch (entry) {
                case ClientEntry client -> clients.contains(client) || inside.test(client);
                case ServerEntry server -> servers.contains(server) || server.state == ServerState.ACTIVE_CANCEL || server.state == ServerState.LOGIN;
            };
            if (!known) {
                return "the books list " + entry + " that is gone";
            }
        }
        return null;
    }

    private @Nullable String pool(Pool pool) {
        String wrong = null;
        for (EntryList<ServerEntry> idle : pool.idle) {
            wrong = first(wrong, servers(idle, ServerState.IDLE));
        }
        wrong = first(wrong, servers(pool.login, ServerState.LOGIN));
        wrong = first(wrong, servers(pool.active, ServerState.ACTIVE));
        wrong = first(wrong, servers(pool.used, ServerState.USED));
        wrong = first(wrong, servers(pool.tested, ServerState.TESTED));
        wrong = first(wrong, servers(pool.beingCanceled, ServerState.BEING_CANCELED));
        wrong = first(wrong, servers(pool.activeCancel, ServerState.ACTIVE_CANCEL));
        wrong = first(wrong, servers(pool.closing, ServerState.CLOSING));
        wrong = first(wrong, clients(pool.clients, ClientState.ACTIVE));
        wrong = first(wrong, clients(pool.waiting, ClientState.WAITING));
        wrong = first(wrong, clients(pool.waitingWelcome, ClientState.WAITING_WELCOME));
        wrong = first(wrong, clients(pool.waitingReplication, ClientState.WAITING_REPLICATION));
        wrong = first(wrong, clients(pool.waitingCancel, ClientState.WAITING_CANCEL));
        wrong = first(wrong, clients(pool.activeCancelClients, ClientState.ACTIVE_CANCEL));
        if (wrong == null && pool.reserved != 0) {
            wrong = pool.reserved + " servers are reserved and none is being opened";
        }
        ClientEntry oldest = pool.waiting.first();
        if (wrong == null && oldest != null && !books.heldBack(pool)) {
            for (EntryList<ServerEntry> idle : pool.idle) {
                for (ServerEntry server = idle.first(); server != null; server = server.next) {
                    if (!server.closeNeeded()) {
                        wrong = "a client waits while a server is idle";
                    }
                }
            }
        }
        return wrong;
    }

    private @Nullable String servers(EntryList<ServerEntry> list, ServerState state) {
        int count = 0;
        for (ServerEntry server = list.first(); server != null; server = server.next, count++) {
            if (server.state != state || server.list != list || listed.put(server, list) != null) {
                return "a server in state " + server.state + " is listed as " + state;
            }
        }
        return count == list.size() ? null : "the list of servers that are " + state + " says " + list.size() + " and has " + count;
    }

    private @Nullable String clients(EntryList<ClientEntry> list, ClientState state) {
        int count = 0;
        for (ClientEntry client = list.first(); client != null; client = client.next, count++) {
            if (client.state != state || client.list != list || listed.put(client, list) != null) {
                return "a client in state " + client.state + " is listed as " + state;
            }
        }
        return count == list.size() ? null : "the list of clients that are " + state + " says " + list.size() + " and has " + count;
    }

    private static @Nullable String first(@Nullable String known, @Nullable String next) {
        return known != null ? known : next;
    }
}
