package org.pgsluice.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the pairs of one entry into its record and gathers all that is wrong with them. Used by one thread, for one entry. */
final class EntryReader {
    /** The keys of {@code [databases]}. */
    static final Set<String> DATABASE_KEYS = Set.of("host", "port", "dbname", "user", "password", "auth_user", "auth_query", "auth_dbname", "client_encoding",
            "datestyle", "timezone", "application_name", "pool_size", "min_pool_size", "reserve_pool_size", "reserve_pool", "pool_mode", "connect_query",
            "max_db_connections", "max_db_client_connections", "server_lifetime", "load_balance_hosts", "query_wait_timeout");
    private static final Set<String> USER_KEYS = Set.of("pool_mode", "pool_size", "reserve_pool_size", "max_user_connections", "max_user_client_connections",
            "query_timeout", "query_wait_timeout", "idle_transaction_timeout", "transaction_timeout", "client_idle_timeout");
    private static final Set<String> PEER_KEYS = Set.of("host", "port", "pool_size");
    private static final int MAX_NAME_BYTES = 63;

    private final Map<String, String> pairs;
    private final String masked;
    private final List<Flaw> flaws = new ArrayList<>();
    private final List<Doubt> doubts = new ArrayList<>();

    EntryReader(Map<String, String> pairs, String masked) {
        this.pairs = pairs;
        this.masked = masked;
    }

    private static EntryReader of(String raw, Set<String> keys, String brokenText) {
        Set<String> showable = new HashSet<>(keys);
        showable.remove("password");
        ConnectionString string = ConnectionString.parse(raw, showable);
        EntryReader reader = new EntryReader(string.pairs(), string.masked());
        if (string.broken()) {
            reader.flaws.add(new Flaw("", brokenText, "key=value pairs, each value bare up to the next blank or in single quotes, none empty"));
        }
        return reader;
    }

    static EntryReader ofDatabase(String raw) {
        return of(raw, DATABASE_KEYS, "syntax error in connection string");
    }

    static EntryReader ofUser(String raw) {
        return of(raw, USER_KEYS, "syntax error in user settings");
    }

    static EntryReader ofPeer(String raw) {
        return of(raw, PEER_KEYS, "syntax error in connection string");
    }

    /** The entry; null when there are flaws. */
    @Nullable DatabaseConfig database(String name) {
        if (name.equals("pgbouncer")) {
            flaws.add(new Flaw("name", "database name \"pgbouncer\" is reserved", "any other name"));
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            flaws.add(new Flaw("name", "too long db name: " + name, "names of up to " + MAX_NAME_BYTES + " bytes"));
        }
        checkKeys(DATABASE_KEYS, "unrecognized connection parameter: ");
        String password = pairs.get("password");
        // the two names of the reserve: the one that stands last counts in PgBouncer; here the newer name does
        Integer reserve = pairs.containsKey("reserve_pool_size") ? size("reserve_pool_size") : size("reserve_pool");
        DatabaseConfig database = new DatabaseConfig(name, SettingValues.split(pairs.get("host")), port(), pairs.get("dbname"), pairs.get("user"),
                password == null ? null : new Secret(password), pairs.get("auth_user"), pairs.get("auth_query"), pairs.get("auth_dbname"),
                pairs.get("client_encoding"), pairs.get("datestyle"), pairs.get("timezone"), pairs.get("application_name"), size("pool_size"),
                size("min_pool_size"), reserve, oneOf("pool_mode", "invalid pool mode: ", PoolMode.values()), pairs.get("connect_query"),
                size("max_db_connections"), size("max_db_client_connections"), time("server_lifetime"),
                oneOf("load_balance_hosts", "invalid load_balance_hosts: ", LoadBalanceHosts.values()), time("query_wait_timeout"));
        return flaws.isEmpty() ? database : null;
    }

    /** The entry; null when there are flaws. */
    @Nullable UserConfig user(String name) {
        checkKeys(USER_KEYS, "unrecognized user parameter: ");
        UserConfig user = new UserConfig(name, oneOf("pool_mode", "invalid pool mode: ", PoolMode.values()), size("pool_size"), size("reserve_pool_size"),
                size("max_user_connections"), size("max_user_client_connections"), time("query_timeout"), time("query_wait_timeout"),
                time("idle_transaction_timeout"), time("transaction_timeout"), time("client_idle_timeout"));
        return flaws.isEmpty() ? user : null;
    }

    /** The entry; null when there are flaws. */
    @Nullable PeerConfig peer(String id) {
        int number = CNumber.isWhole(id) ? CNumber.atoi(id) : 0;
        if (number < 1 || number > 0xffff) {
            flaws.add(new Flaw("id", "ids of peers must be a number larger than 0 and at most 65536", "a number from 1 to 65535 as the peer's id"));
        }
        checkKeys(PEER_KEYS, "unrecognized connection parameter: ");
        String host = pairs.get("host");
        if (host == null) {
            flaws.add(new Flaw("host", "host was not provided for peer " + id, "host=…"));
        }
        PeerConfig peer = new PeerConfig(number, host == null ? "" : host, port(), size("pool_size"));
        return flaws.isEmpty() ? peer : null;
    }

    List<Flaw> flaws() {
        return flaws;
    }

    /** What was taken but hardly meant. */
    List<Doubt> doubts() {
        return doubts;
    }

    /** The entry's text without its secrets. */
    String masked() {
        return masked;
    }

    private void checkKeys(Set<String> known, String text) {
        for (String key : pairs.keySet()) {
            if (!known.contains(key)) {
                String near = Nearest.to(key, known);
                flaws.add(new Flaw(key, text + key, near == null ? "the keys of the reference" : "perhaps " + near));
            }
        }
    }

    private @Nullable Integer port() {
        String raw = pairs.get("port");
        if (raw == null) {
            return null;
        }
        int port = CNumber.atoi(raw);
        if (port < 1 || port > 0xffff) {
            flaws.add(new Flaw("port", "invalid port: " + raw, "a port from 1 to 65535"));
        }
        return number("port", raw);
    }

    private @Nullable Integer size(String key) {
        String raw = pairs.get(key);
        if (raw == null) {
            return null;
        }
        int value = number(key, raw);
        return value < 0 ? null : (Integer) value;
    }

    private @Nullable Duration time(String key) {
        String raw = pairs.get(key);
        return raw == null ? null : Duration.ofSeconds(Math.max(0, number(key, raw)));
    }

    private int number(String key, String raw) {
        int value = CNumber.atoi(raw);
        if (!CNumber.isWhole(raw)) {
            doubts.add(new Doubt(key, raw, value));
        }
        return value;
    }

    private <E extends Enum<E> & Word> @Nullable E oneOf(String key, String text, E[] words) {
        String raw = pairs.get(key);
        if (raw == null) {
            return null;
        }
        Parsed<E> parsed = new Codec.OneOf<>(words).parse(raw);
        if (parsed instanceof Parsed.Value<E> good) {
            return good.value();
        }
        flaws.add(new Flaw(key, text + raw, ((Parsed.Bad<E>) parsed).allowed()));
        return null;
    }

    /**
     * What makes the entry unusable, in PgBouncer's words, and what would have been taken; the key is "name" for the entry's own name and "" for its
     * whole text.
     */
    record Flaw(String key, String text, String allowed) {}

    /** A number with something behind it, of which only the front is read, as PgBouncer does. */
    record Doubt(String key, String raw, int value) {
        String text(String name) {
            return "\"" + raw + "\" for " + key + " of " + name + " is read as " + value;
        }
    }
}
