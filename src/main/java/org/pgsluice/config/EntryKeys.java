package org.pgsluice.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of {@code [databases]}, {@code [users]} and {@code [peers]}, each in one place. A value that is not given is that of the setting of the same name,
 * and these count as not given, as in PgBouncer:
 *
 * <ul>
 *   <li>a size below 0 (0 is a size),
 *   <li>a limit of 0 or less,
 *   <li>a time of 0 or less, but for query_wait_timeout, where 0 means no limit.
 * </ul>
 */
final class EntryKeys {
    /** One section's keys, while they are being gathered. */
    private static final class Section {
        final List<EntryKey<?>> keys = new ArrayList<>();

        <T> EntryKey<T> key(String name, EntryKey.Reading<T> reading) {
            return add(new EntryKey<>(name, null, false, reading));
        }

        <T> EntryKey<T> add(EntryKey<T> key) {
            keys.add(key);
            return key;
        }

        void addAll(List<EntryKey<?>> more) {
            keys.addAll(more);
        }

        List<EntryKey<?>> all() {
            return List.copyOf(keys);
        }
    }

    private static final EntryKey.Reading<String> TEXT = (key, raw, problems) -> raw;
    private static final EntryKey.Reading<List<String>> HOSTS = (key, raw, problems) -> SettingValues.split(raw);
    private static final EntryKey.Reading<Integer> SIZE = (key, raw, problems) -> atLeast(0, problems.number(key, raw));
    /** Of which -1 is a value: never, also where the setting says otherwise. */
    private static final EntryKey.Reading<Integer> OR_NEVER = (key, raw, problems) -> Math.max(-1, problems.number(key, raw));
    private static final EntryKey.Reading<Integer> LIMIT = (key, raw, problems) -> atLeast(1, problems.number(key, raw));
    private static final EntryKey.Reading<Duration> TIME = (key, raw, problems) -> seconds(atLeast(1, problems.number(key, raw)));
    private static final EntryKey.Reading<Duration> WAIT = (key, raw, problems) -> Duration.ofSeconds(Math.max(0, problems.number(key, raw)));
    private static final EntryKey.Reading<PoolMode> MODE = (key, raw, problems) -> problems.oneOf(key, raw, "invalid pool mode: ", PoolMode.values());

    private static final EntryKey.Reading<StateMode> STATE =
            (key, raw, problems) -> problems.oneOf(key, raw, "invalid session_state: ", StateMode.values());

    private static final Section DATABASES = new Section();
    static final EntryKey<List<String>> HOST = DATABASES.key("host", HOSTS);
    static final EntryKey<Integer> PORT = DATABASES.key("port", EntryReader::port);
    static final EntryKey<String> DBNAME = DATABASES.key("dbname", TEXT);
    static final EntryKey<String> USER = DATABASES.key("user", TEXT);
    static final EntryKey<Secret> PASSWORD = DATABASES.add(new EntryKey<>("password", null, true, (key, raw, problems) -> new Secret(raw)));
    static final EntryKey<String> AUTH_USER = DATABASES.key("auth_user", TEXT);
    static final EntryKey<String> AUTH_QUERY = DATABASES.key("auth_query", TEXT);
    static final EntryKey<String> AUTH_DBNAME = DATABASES.key("auth_dbname", TEXT);
    static final EntryKey<String> CLIENT_ENCODING = DATABASES.key("client_encoding", TEXT);
    static final EntryKey<String> DATESTYLE = DATABASES.key("datestyle", TEXT);
    static final EntryKey<String> TIMEZONE = DATABASES.key("timezone", TEXT);
    static final EntryKey<String> APPLICATION_NAME = DATABASES.key("application_name", TEXT);
    static final EntryKey<Integer> POOL_SIZE = DATABASES.key("pool_size", SIZE);
    static final EntryKey<Integer> MIN_POOL_SIZE = DATABASES.key("min_pool_size", SIZE);
    static final EntryKey<Integer> RESERVE_POOL_SIZE = DATABASES.add(new EntryKey<>("reserve_pool_size", "reserve_pool", false, SIZE));
    static final EntryKey<PoolMode> POOL_MODE = DATABASES.key("pool_mode", MODE);
    static final EntryKey<String> CONNECT_QUERY = DATABASES.key("connect_query", TEXT);
    static final EntryKey<Integer> MAX_DB_CONNECTIONS = DATABASES.key("max_db_connections", LIMIT);
    static final EntryKey<Integer> MAX_DB_CLIENT_CONNECTIONS = DATABASES.key("max_db_client_connections", LIMIT);
    static final EntryKey<Duration> SERVER_LIFETIME = DATABASES.key("server_lifetime", TIME);
    static final EntryKey<LoadBalanceHosts> LOAD_BALANCE_HOSTS =
            DATABASES.key("load_balance_hosts", (key, raw, problems) -> problems.oneOf(key, raw, "invalid load_balance_hosts: ", LoadBalanceHosts.values()));
    static final EntryKey<Duration> QUERY_WAIT_TIMEOUT = DATABASES.key("query_wait_timeout", WAIT);
    static final EntryKey<StateMode> SESSION_STATE = DATABASES.key("session_state", STATE);
    static final EntryKey<Integer> MAX_PINNED_SERVERS = DATABASES.key("max_pinned_servers", SIZE);
    static final EntryKey<Integer> LOG_MIN_DURATION_WAIT = DATABASES.key("log_min_duration_wait", OR_NEVER);
    static final EntryKey<Integer> LOG_MIN_DURATION_QUERY = DATABASES.key("log_min_duration_query", OR_NEVER);
    static final List<EntryKey<?>> OF_DATABASES = withTls(DATABASES, ServerTlsKeys.OF_DATABASES);

    private static final Section USERS = new Section();
    static final EntryKey<PoolMode> USER_POOL_MODE = USERS.key("pool_mode", MODE);
    static final EntryKey<Integer> USER_POOL_SIZE = USERS.key("pool_size", SIZE);
    static final EntryKey<Integer> USER_RESERVE_POOL_SIZE = USERS.key("reserve_pool_size", SIZE);
    static final EntryKey<Integer> MAX_USER_CONNECTIONS = USERS.key("max_user_connections", LIMIT);
    static final EntryKey<Integer> MAX_USER_CLIENT_CONNECTIONS = USERS.key("max_user_client_connections", LIMIT);
    static final EntryKey<Duration> QUERY_TIMEOUT = USERS.key("query_timeout", TIME);
    static final EntryKey<Duration> USER_QUERY_WAIT_TIMEOUT = USERS.key("query_wait_timeout", WAIT);
    static final EntryKey<Duration> IDLE_TRANSACTION_TIMEOUT = USERS.key("idle_transaction_timeout", TIME);
    static final EntryKey<Duration> TRANSACTION_TIMEOUT = USERS.key("transaction_timeout", TIME);
    static final EntryKey<Duration> CLIENT_IDLE_TIMEOUT = USERS.key("client_idle_timeout", TIME);
    static final EntryKey<StateMode> USER_SESSION_STATE = USERS.key("session_state", STATE);
    static final EntryKey<Integer> USER_MAX_PINNED_SERVERS = USERS.key("max_pinned_servers", SIZE);
    static final EntryKey<Integer> USER_LOG_MIN_DURATION_WAIT = USERS.key("log_min_duration_wait", OR_NEVER);
    static final EntryKey<Integer> USER_LOG_MIN_DURATION_QUERY = USERS.key("log_min_duration_query", OR_NEVER);
    static final List<EntryKey<?>> OF_USERS = withTls(USERS, ServerTlsKeys.OF_USERS);

    private static final Section PEERS = new Section();
    static final EntryKey<String> PEER_HOST = PEERS.key("host", TEXT);
    static final EntryKey<Integer> PEER_PORT = PEERS.key("port", EntryReader::port);
    static final EntryKey<Integer> PEER_POOL_SIZE = PEERS.key("pool_size", SIZE);
    static final List<EntryKey<?>> OF_PEERS = PEERS.all();

    private EntryKeys() {}

    private static List<EntryKey<?>> withTls(Section section, ServerTlsKeys tls) {
        section.addAll(tls.all());
        return section.all();
    }

    /** All names by which {@code keys} are given. */
    static Set<String> names(List<EntryKey<?>> keys) {
        Set<String> names = new LinkedHashSet<>();
        for (EntryKey<?> key : keys) {
            names.add(key.name());
            if (key.older() != null) {
                names.add(key.older());
            }
        }
        return names;
    }

    private static @Nullable Integer atLeast(int least, int value) {
        return value < least ? null : (Integer) value;
    }

    private static @Nullable Duration seconds(@Nullable Integer count) {
        return count == null ? null : Duration.ofSeconds(count);
    }
}
