package org.pgsluice.config;

import static org.pgsluice.config.Setting.Unit.BYTES;
import static org.pgsluice.config.Setting.Unit.CONNECTIONS;
import static org.pgsluice.config.Setting.Unit.MILLISECONDS;
import static org.pgsluice.config.Setting.Unit.SECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The registry: every parameter of the {@code [pgbouncer]} section, in the order of SHOW CONFIG (where pool_mode stands before pool_idle_timeout), ours after
 * PgBouncer's. Names, types, defaults and what can be changed at run time are written here and nowhere else.
 */
public final class Settings {
    /** Grows while the constants below are made, which is why it stands first; {@link #ALL} is the copy that others see. */
    private static final List<Setting<?>> REGISTRY = new ArrayList<>(110);

    public static final Setting<String> ADMIN_USERS = text("admin_users", "").list().doc("Users who may run every command of the console.");
    public static final Setting<Integer> APPLICATION_NAME_ADD_HOST = integer("application_name_add_host", "0")
            .doc("Puts the client's address and port behind its application_name when it logs in.");
    public static final Setting<String> AUTH_DBNAME = authDatabase("auth_dbname", null).perDatabase()
            .doc("The database whose server answers auth_query when the client's own must not.");
    public static final Setting<String> AUTH_FILE = text("auth_file", null).doc("The file with user names and their passwords or verifiers.");
    public static final Setting<String> AUTH_HBA_FILE = text("auth_hba_file", "")
            .doc("The file with the rules that choose an authentication method by address, user and database.");
    public static final Setting<String> AUTH_IDENT_FILE = text("auth_ident_file", null).prefixedOnly()
            .doc("The file that maps names from certificates or the system to database users.");
    public static final Setting<String> AUTH_LDAP_OPTIONS = text("auth_ldap_options", null).prefixedOnly()
            .doc("How to reach and ask the LDAP server when auth_type is ldap.");
    public static final Setting<String> AUTH_QUERY =
            text("auth_query", "SELECT rolname, "
                    + "CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END FROM pg_authid WHERE rolname=$1 AND rolcanlogin").perDatabase()
            .doc("The query that fetches the secret of a user who is not in auth_file.");
    public static final Setting<AuthType> AUTH_TYPE =
            oneOf("auth_type", "md5", AuthType.values())
            .doc("How clients have to prove who they are.");
    public static final Setting<String> AUTH_USER = text("auth_user", null).perDatabase()
            .doc("The user that runs auth_query for users who are not in auth_file.");
    public static final Setting<Duration> AUTODB_IDLE_TIMEOUT = time("autodb_idle_timeout", "3600")
            .doc("How long a database that the fallback entry made is remembered after its last use.");
    public static final Setting<Duration> CANCEL_WAIT_TIMEOUT = time("cancel_wait_timeout", "10").prefixedOnly()
            .doc("How long a cancel request may wait for a server connection before it is dropped.");
    public static final Setting<Duration> CLIENT_IDLE_TIMEOUT = time("client_idle_timeout", "0").perUser()
            .doc("Closes clients that have sent nothing for so long; 0 never.");
    public static final Setting<Duration> CLIENT_LOGIN_TIMEOUT = time("client_login_timeout", "60")
            .doc("Closes clients that have not finished their login after so long; 0 never.");
    public static final Setting<String> CLIENT_TLS13_CIPHERS = text("client_tls13_ciphers", null)
            .doc("The TLS 1.3 cipher suites offered to clients.");
    public static final Setting<String> CLIENT_TLS_CA_FILE = text("client_tls_ca_file", "")
            .doc("The certificates that vouch for those of clients.");
    public static final Setting<String> CLIENT_TLS_CERT_FILE = text("client_tls_cert_file", "")
            .doc("The certificate shown to clients.");
    public static final Setting<String> CLIENT_TLS_CIPHERS = text("client_tls_ciphers", "default")
            .doc("The ciphers up to TLS 1.2 offered to clients, in OpenSSL's notation.");
    public static final Setting<String> CLIENT_TLS_DHEPARAMS = text("client_tls_dheparams", "auto")
            .doc("The Diffie-Hellman parameters for key exchange with clients.");
    public static final Setting<String> CLIENT_TLS_ECDHCURVE = text("client_tls_ecdhcurve", "auto")
            .doc("The elliptic curve for key exchange with clients.");
    public static final Setting<String> CLIENT_TLS_KEY_FILE = text("client_tls_key_file", "")
            .doc("The private key that belongs to client_tls_cert_file.");
    public static final Setting<String> CLIENT_TLS_PROTOCOLS =
            text("client_tls_protocols", "secure").list()
            .doc("The TLS versions that clients may use.");
    public static final Setting<SslMode> CLIENT_TLS_SSLMODE =
            oneOf("client_tls_sslmode", "disable", SslMode.values())
            .doc("How much TLS clients have to bring.");
    public static final Setting<String> CONFFILE = text("conffile", null).prefixedOnly().doc("The file that the next RELOAD reads.");
    public static final Setting<Integer> DEFAULT_POOL_SIZE = integer("default_pool_size", "20").unit(CONNECTIONS).perDatabaseAndUser()
            .doc("Most servers of one pool, unless its database or user says otherwise; 0 no limit.");
    public static final Setting<Integer> DISABLE_PQEXEC = integer("disable_pqexec", "0").startOnly()
            .doc("Closes clients that send a query over the simple protocol.");
    public static final Setting<Duration> DNS_MAX_TTL = time("dns_max_ttl", "15").doc("How long the addresses of a host name are kept.");
    public static final Setting<Duration> DNS_NXDOMAIN_TTL = time("dns_nxdomain_ttl", "15").doc("How long it is remembered that a host name was not found.");
    public static final Setting<Duration> DNS_ZONE_CHECK_PERIOD = time("dns_zone_check_period", "0")
            .doc("How often the serial of a DNS zone is looked at for changed hosts; 0 never.");
    public static final Setting<Duration> IDLE_TRANSACTION_TIMEOUT = time("idle_transaction_timeout", "0").perUser()
            .doc("Closes clients that sit in an open transaction for so long; 0 never.");
    public static final Setting<String> IGNORE_STARTUP_PARAMETERS = text("ignore_startup_parameters", "").list()
            .doc("Parameters of a client's startup packet that are passed over instead of refused.");
    public static final Setting<String> JOB_NAME = text("job_name", "pgbouncer").startOnly().doc("The name under which a system service runs.");
    public static final Setting<String> LISTEN_ADDR = text("listen_addr", "").startOnly().list()
            .doc("The addresses to accept TCP connections on; * for all, empty for none.");
    public static final Setting<Integer> LISTEN_BACKLOG = integer("listen_backlog", "128").startOnly().unit(CONNECTIONS)
            .doc("How many connections may wait to be accepted.");
    public static final Setting<Integer> LISTEN_PORT = integer("listen_port", "6432", 0, 65535).startOnly().doc("The port of TCP and Unix sockets.");
    public static final Setting<Integer> LOG_CONNECTIONS = integer("log_connections", "1").doc("Writes a line for each login.");
    public static final Setting<Integer> LOG_DISCONNECTIONS = integer("log_disconnections", "1")
            .doc("Writes a line for each connection that ends, with the reason.");
    public static final Setting<Integer> LOG_POOLER_ERRORS = integer("log_pooler_errors", "1").doc("Writes the errors that the pooler sends to clients.");
    public static final Setting<Integer> LOG_STATS = integer("log_stats", "1").doc("Writes totals of traffic every stats_period.");
    public static final Setting<String> LOGFILE = text("logfile", "").doc("The file that log lines are added to.");
    public static final Setting<String> LOGIN_NOTIFY_MESSAGE = text("login_notify_message", "").prefixedOnly()
            .doc("A notice that each client gets when it has logged in.");
    public static final Setting<Integer> MAX_CLIENT_CONN = integer("max_client_conn", "100").unit(CONNECTIONS).doc("Most clients at a time.");
    public static final Setting<Integer> MAX_DB_CLIENT_CONNECTIONS = integer("max_db_client_connections", "0").prefixedOnly().unit(CONNECTIONS).perDatabase()
            .doc("Most clients of one database; 0 no limit.");
    public static final Setting<Integer> MAX_DB_CONNECTIONS = integer("max_db_connections", "0").unit(CONNECTIONS).perDatabase()
            .doc("Most servers of one database over all its pools; 0 no limit.");
    public static final Setting<Long> MAX_PACKET_SIZE = unsigned("max_packet_size", "2147483647").unit(BYTES).doc("The largest message that is let through.");
    public static final Setting<Integer> MAX_PREPARED_STATEMENTS = integer("max_prepared_statements", "200")
            .doc("How many prepared statements a server keeps for transaction and statement pooling; 0 passes them through unseen.");
    public static final Setting<Integer> MAX_USER_CLIENT_CONNECTIONS = integer("max_user_client_connections", "0").prefixedOnly().unit(CONNECTIONS).perUser()
            .doc("Most clients of one user; 0 no limit.");
    public static final Setting<Integer> MAX_USER_CONNECTIONS = integer("max_user_connections", "0").unit(CONNECTIONS).perUser()
            .doc("Most servers of one user over all its pools; 0 no limit.");
    public static final Setting<Integer> MIN_POOL_SIZE = integer("min_pool_size", "0").unit(CONNECTIONS).perDatabase()
            .doc("Servers that a pool in use keeps open even when they are idle.");
    public static final Setting<Integer> PEER_ID = integer("peer_id", "0", 0, 65535).prefixedOnly()
            .doc("This process's number among its peers, which hand each other cancel requests; 0 none.");
    public static final Setting<String> PIDFILE = text("pidfile", "").prefixedOnly().startOnly().doc("The file that the process number is written to.");
    public static final Setting<Integer> PKT_BUF = integer("pkt_buf", "4096", 1, Integer.MAX_VALUE).startOnly().unit(BYTES)
            .doc("The size of the buffers that traffic passes through.");
    public static final Setting<PoolMode> POOL_MODE = oneOf("pool_mode", "session", PoolMode.values()).perDatabaseAndUser()
            .doc("When a server goes back to its pool.");
    public static final Setting<Duration> POOL_IDLE_TIMEOUT = time("pool_idle_timeout", "0").prefixedOnly()
            .doc("Drops pools that have been without clients and servers for so long; 0 never.");
    public static final Setting<Duration> QUERY_TIMEOUT = time("query_timeout", "0").perUser()
            .doc("Closes clients whose query runs longer than this; 0 never.");
    public static final Setting<Integer> QUERY_WAIT_NOTIFY = integer("query_wait_notify", "5").prefixedOnly().unit(SECONDS)
            .doc("After how many seconds a waiting client is told that it waits; 0 never.");
    public static final Setting<Duration> QUERY_WAIT_TIMEOUT = time("query_wait_timeout", "120").perDatabaseAndUser()
            .doc("Closes clients that have waited for a server for so long; 0 never.");
    public static final Setting<Integer> RESERVE_POOL_SIZE = integer("reserve_pool_size", "0").unit(CONNECTIONS).perDatabaseAndUser()
            .doc("Servers that a pool may have beyond its size when clients wait too long.");
    public static final Setting<Duration> RESERVE_POOL_TIMEOUT = time("reserve_pool_timeout", "5")
            .doc("How long a client has to wait before the reserve is opened.");
    public static final Setting<String> RESOLV_CONF = text("resolv_conf", "").prefixedOnly().startOnly()
            .doc("A file like `/etc/resolv.conf` with the name servers to ask instead of the system's.");
    public static final Setting<Integer> SBUF_LOOPCNT = integer("sbuf_loopcnt", "5")
            .doc("How many times one connection is served before the others get their turn; 0 no limit.");
    public static final Setting<Integer> SCRAM_ITERATIONS = integer("scram_iterations", "4096", 1, Integer.MAX_VALUE).prefixedOnly()
            .doc("The iteration count of SCRAM verifiers that are made from plain passwords.");
    public static final Setting<Duration> SERVER_CHECK_DELAY = time("server_check_delay", "30")
            .doc("How long a server may be idle before the check query is run ahead of its next use.");
    public static final Setting<String> SERVER_CHECK_QUERY = text("server_check_query", "<empty>")
            .doc("The query that shows whether an idle server still answers; empty for no check.");
    public static final Setting<Duration> SERVER_CONNECT_TIMEOUT = time("server_connect_timeout", "15")
            .doc("How long connecting and logging in to a server may take; 0 no limit.");
    public static final Setting<Integer> SERVER_FAST_CLOSE = integer("server_fast_close", "0")
            .doc("Closes servers in session pooling at the next transaction end when they should be replaced.");
    public static final Setting<Duration> SERVER_IDLE_TIMEOUT = time("server_idle_timeout", "600")
            .doc("Closes servers that have been idle for so long; 0 never.");
    public static final Setting<Duration> SERVER_LIFETIME = time("server_lifetime", "3600").perDatabase()
            .doc("Closes servers that are older than this once they are idle; 0 after each use.");
    public static final Setting<Duration> SERVER_LOGIN_RETRY = time("server_login_retry", "15")
            .doc("The longest wait between two tries to log in to a server that fails; the first retry comes at once, the next ones in "
                    + "growing steps.");
    public static final Setting<String> SERVER_RESET_QUERY = text("server_reset_query", "DISCARD ALL")
            .doc("What is run on a server when its client leaves in session pooling.");
    public static final Setting<Integer> SERVER_RESET_QUERY_ALWAYS = integer("server_reset_query_always", "0")
            .doc("Runs server_reset_query in every pool mode.");
    public static final Setting<Integer> SERVER_ROUND_ROBIN = integer("server_round_robin", "0")
            .doc("Uses the idle servers of a pool in turn instead of the last one first.");
    public static final Setting<String> SERVER_TLS13_CIPHERS = text("server_tls13_ciphers", null).perDatabaseAndUser()
            .doc("The TLS 1.3 cipher suites offered to servers.");
    public static final Setting<String> SERVER_TLS_CA_FILE = text("server_tls_ca_file", "").perDatabaseAndUser()
            .doc("The certificates that vouch for those of servers.");
    public static final Setting<String> SERVER_TLS_CERT_FILE = text("server_tls_cert_file", "").perDatabaseAndUser()
            .doc("The certificate shown to servers.");
    public static final Setting<String> SERVER_TLS_CIPHERS = text("server_tls_ciphers", "default").perDatabaseAndUser()
            .doc("The ciphers up to TLS 1.2 offered to servers, in OpenSSL's notation.");
    public static final Setting<String> SERVER_TLS_KEY_FILE = text("server_tls_key_file", "").perDatabaseAndUser()
            .doc("The private key that belongs to server_tls_cert_file.");
    public static final Setting<String> SERVER_TLS_PROTOCOLS = text("server_tls_protocols", "secure").list().perDatabaseAndUser()
            .doc("The TLS versions used with servers.");
    public static final Setting<SslMode> SERVER_TLS_SSLMODE = oneOf("server_tls_sslmode", "prefer", SslMode.values()).perDatabaseAndUser()
            .doc("How much TLS servers have to bring.");
    public static final Setting<Integer> SO_REUSEPORT = integer("so_reuseport", "0").prefixedOnly().startOnly()
            .doc("Lets several processes listen on the same port.");
    public static final Setting<Integer> STATS_PERIOD = integer("stats_period", "60").unit(SECONDS).doc("How often averages are computed and totals logged.");
    public static final Setting<String> STATS_USERS = text("stats_users", "").list().doc("Users who may run the SHOW commands of the console.");
    public static final Setting<Duration> SUSPEND_TIMEOUT = time("suspend_timeout", "10").doc("How long SUSPEND waits for connections to come to rest.");
    public static final Setting<Integer> SYSLOG = integer("syslog", "0").prefixedOnly().doc("Sends log lines to syslog.");
    public static final Setting<String> SYSLOG_FACILITY = text("syslog_facility", "daemon").prefixedOnly()
            .doc("The facility that syslog lines are sent under.");
    public static final Setting<String> SYSLOG_IDENT = text("syslog_ident", "pgbouncer").prefixedOnly().doc("The name that syslog lines are sent under.");
    public static final Setting<Integer> TCP_DEFER_ACCEPT = integer("tcp_defer_accept", "1")
            .doc("Accepts TCP connections only when the first bytes are there.");
    public static final Setting<Integer> TCP_KEEPALIVE = integer("tcp_keepalive", "1").doc("Turns on keepalive probes.");
    public static final Setting<Integer> TCP_KEEPCNT = integer("tcp_keepcnt", "0").doc("How many unanswered probes end a connection; 0 the system's number.");
    public static final Setting<Integer> TCP_KEEPIDLE = integer("tcp_keepidle", "0").unit(SECONDS)
            .doc("How long a connection is idle before the first probe; 0 the system's time.");
    public static final Setting<Integer> TCP_KEEPINTVL = integer("tcp_keepintvl", "0").unit(SECONDS).doc("The time between probes; 0 the system's time.");
    public static final Setting<Integer> TCP_SOCKET_BUFFER = integer("tcp_socket_buffer", "0").unit(BYTES)
            .doc("The size of the system's socket buffers; 0 the system's choice.");
    public static final Setting<Integer> TCP_USER_TIMEOUT = integer("tcp_user_timeout", "0").unit(MILLISECONDS)
            .doc("How long sent data may stay unacknowledged before the connection ends; 0 the system's time.");
    public static final Setting<String> TRACK_EXTRA_PARAMETERS = text("track_extra_parameters", "IntervalStyle").prefixedOnly().startOnly().list()
            .doc("Parameters that are kept per client besides the ten usual ones.");
    public static final Setting<Duration> TRANSACTION_TIMEOUT = time("transaction_timeout", "0").perUser()
            .doc("Closes clients whose transaction lasts longer than this; 0 never.");
    public static final Setting<String> UNIX_SOCKET_DIR = text("unix_socket_dir", "/tmp").startOnly()
            .doc("The directory of Unix sockets, @ ahead for the abstract namespace; empty for none.");
    public static final Setting<String> UNIX_SOCKET_GROUP = text("unix_socket_group", "").prefixedOnly().startOnly()
            .doc("The group that the Unix socket belongs to.");
    public static final Setting<Integer> UNIX_SOCKET_MODE = integer("unix_socket_mode", "0777", 0, 07777).prefixedOnly().startOnly()
            .doc("The file mode of the Unix socket.");
    public static final Setting<String> USER = text("user", null).prefixedOnly().startOnly().doc("The system user to become after the start.");
    public static final Setting<Integer> VERBOSE = integer("verbose", null).unsetIs(0).doc("How much more is logged, 0 to 3.");
    public static final Setting<Integer> REACTORS = integer("reactors", "1", 1, Integer.MAX_VALUE).prefixedOnly().startOnly()
            .doc("How many threads carry connections.");
    public static final Setting<Engine> ENGINE = oneOf("engine", "auto", Engine.values()).prefixedOnly().startOnly()
            .doc("Which kind of reactor carries connections.");
    public static final Setting<Duration> HANDOVER_TIMEOUT = time("handover_timeout", "3600").prefixedOnly()
            .doc("How long after an online restart (-R) the old process goes on with connections that cannot be handed over; 0 as long as they stay.");
    public static final Setting<Integer> MAX_LOGIN_FAILURES = integer("max_login_failures", "0", 0, Integer.MAX_VALUE).prefixedOnly()
            .doc("How many logins from one address may fail within a minute before it is refused for the rest of it; 0 any number.");
    public static final Setting<Long> MAX_PREPARED_STATEMENT_MEMORY = unsigned("max_prepared_statement_memory", "0").prefixedOnly().unit(BYTES)
            .doc("How much memory the texts and names of clients' prepared statements may take together; 0 a quarter of the heap.");
    public static final Setting<SslNegotiation> SERVER_TLS_SSLNEGOTIATION =
            oneOf("server_tls_sslnegotiation", "postgres", SslNegotiation.values()).prefixedOnly().perDatabaseAndUser()
            .doc("How TLS with servers begins: postgres by a request that every version knows, direct at once, as PostgreSQL 17 and newer take it.");
    public static final Setting<String> AUTH_JWT_KEYS = text("auth_jwt_keys", "").prefixedOnly()
            .doc("The file with the public key or keys of bearer tokens: PEM, or a JSON Web Key Set.");
    public static final Setting<String> AUTH_JWT_AUDIENCE = text("auth_jwt_audience", "").prefixedOnly()
            .doc("Whom bearer tokens must be meant for (aud).");
    public static final Setting<String> AUTH_JWT_ISSUER = text("auth_jwt_issuer", "").prefixedOnly()
            .doc("Who must have issued bearer tokens (iss); empty anybody who has the key.");
    public static final Setting<String> AUTH_JWT_CLAIM = text("auth_jwt_claim", "sub").prefixedOnly()
            .doc("The claim of bearer tokens that names the user.");
    public static final Setting<String> AUTH_JWT_MAP = text("auth_jwt_map", "").prefixedOnly()
            .doc("The map of auth_ident_file that says which name of a token may be which user; empty only the same one.");
    public static final Setting<Duration> AUTH_JWT_LEEWAY = time("auth_jwt_leeway", "30").prefixedOnly()
            .doc("How wrong the clocks of those who issue bearer tokens may be.");
    public static final Setting<StateMode> SESSION_STATE = oneOf("session_state", "carry", StateMode.values()).prefixedOnly().perDatabaseAndUser()
            .doc("What of a session follows its client from server to server: off five parameters, reported ten, carry all, strict all or an error.");
    public static final Setting<Integer> MAX_PINNED_SERVERS = integer("max_pinned_servers", "-1").prefixedOnly().unit(CONNECTIONS).perDatabaseAndUser()
            .doc("Most servers of one pool that may stay with clients whose session cannot be carried, beside pool_size; -1 half of that, rounded up.");
    public static final Setting<Duration> PINNED_IDLE_TIMEOUT = time("pinned_idle_timeout", "0").prefixedOnly()
            .doc("Closes clients that have kept a server for what cannot be carried, and done nothing, for so long; 0 never.");
    public static final Setting<SequenceValues> SEQUENCE_VALUES = oneOf("sequence_values", "own", SequenceValues.values()).prefixedOnly()
            .doc("Whose number currval and lastval give for session_state carry: own the client's or an error, any whoever's had the server.");
    public static final Setting<String> SESSION_FUNCTIONS = text("session_functions", "").prefixedOnly().list()
            .doc("Functions of one's own that change the session that calls them, for session_state carry.");
    public static final Setting<Integer> SESSION_AUDIT = integer("session_audit", "10000").prefixedOnly()
            .doc("Each so-manieth server is asked what its session has though no statement was suspected, for session_state carry and strict; 0 none.");
    public static final Setting<Long> MAX_NOTIFICATION_BACKLOG = unsigned("max_notification_backlog", "4194304").prefixedOnly().unit(BYTES)
            .doc("Closes clients that share servers and leave so many bytes of notifications unread.");
    public static final Setting<Integer> MAX_LISTEN_CHANNELS = integer("max_listen_channels", "1000").prefixedOnly()
            .doc("Most channels that one client that shares servers may listen to; 0 no limit.");
    public static final Setting<Integer> MAX_POOL_LISTEN_CHANNELS = integer("max_pool_listen_channels", "100000").prefixedOnly()
            .doc("Most channels that all clients of a pool that share servers may listen to, counted for each client; 0 no limit.");
    public static final Setting<String> HTTP_LISTEN = address("http_listen", "").prefixedOnly()
            .doc("The address and port of metrics, probes and the page over HTTP, * for all addresses; empty for none.");
    public static final Setting<String> HTTP_PASSWORD = text("http_password", "").prefixedOnly().secret()
            .doc("What HTTP asks for, but for the probes; empty leaves metrics open and the page to this machine alone.");
    public static final Setting<ConsoleVersion> CONSOLE_VERSION = oneOf("console_version", "1.26", ConsoleVersion.values()).prefixedOnly()
            .doc("Whose version new consoles name and whose columns their tables have: that of PgBouncer 1.26 or 1.25.");
    public static final Setting<Integer> EXTRA_LISTEN_PORT = integer("extra_listen_port", "0", 0, 65535).prefixedOnly().startOnly()
            .doc("Another TCP port on the same addresses, without which the pooler starts too if it is taken; 0 none.");
    public static final Setting<Duration> DRAIN_DELAY = time("drain_delay", "0").prefixedOnly()
            .doc("How long SHUTDOWN WAIT_FOR_CLIENTS (TERM) still takes new clients, so that a balancer learns of it before it is refused.");
    public static final Setting<Duration> DRAIN_TIMEOUT = time("drain_timeout", "0").prefixedOnly()
            .doc("How long after the last new client SHUTDOWN WAIT_FOR_CLIENTS (TERM) closes those left, each between two transactions; 0 never.");
    public static final Setting<LogFormat> LOG_FORMAT = oneOf("log_format", "text", LogFormat.values()).prefixedOnly()
            .doc("How lines of the log are written: text as PgBouncer does, json as one object a line.");
    public static final Setting<Integer> LOG_MIN_DURATION_WAIT = integer("log_min_duration_wait", "-1", -1, Integer.MAX_VALUE).prefixedOnly()
            .unit(MILLISECONDS).perDatabaseAndUser()
            .doc("Logs waits for a server that take so long; 0 all, -1 none.");
    public static final Setting<Integer> LOG_MIN_DURATION_QUERY = integer("log_min_duration_query", "-1", -1, Integer.MAX_VALUE).prefixedOnly()
            .unit(MILLISECONDS).perDatabaseAndUser()
            .doc("Logs queries that take so long, with a fingerprint of their text; 0 all, -1 none.");
    public static final Setting<Integer> LOG_STATEMENT_TEXT = integer("log_statement_text", "0", 0, 1).prefixedOnly()
            .doc("Whether lines of log_min_duration_query have the text too, with the constants that stand in it; never values of parameters.");

    /** All of them, in the order of SHOW CONFIG. */
    public static final List<Setting<?>> ALL = List.copyOf(REGISTRY);

    private static final Map<String, Setting<?>> BY_NAME = byName();

    private Settings() {}

    /** The setting of that name, which is matched letter for letter as in PgBouncer's files; null: there is none. */
    public static @Nullable Setting<?> find(String name) {
        return BY_NAME.get(name);
    }

    private static SettingBuilder<Integer> integer(String name, @Nullable String raw) {
        return integer(name, raw, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static SettingBuilder<Integer> integer(String name, @Nullable String raw, int min, int max) {
        return new SettingBuilder<>(REGISTRY, name, new Codec.Int(min, max), raw);
    }

    private static SettingBuilder<Long> unsigned(String name, String raw) {
        return new SettingBuilder<>(REGISTRY, name, new Codec.Uint(), raw);
    }

    private static SettingBuilder<Duration> time(String name, String raw) {
        return new SettingBuilder<>(REGISTRY, name, new Codec.Time(), raw).unit(SECONDS);
    }

    private static SettingBuilder<String> text(String name, @Nullable String raw) {
        return new SettingBuilder<>(REGISTRY, name, new Codec.Text(null), raw);
    }

    private static SettingBuilder<String> address(String name, String raw) {
        return new SettingBuilder<>(REGISTRY, name, new Codec.Address(), raw);
    }

    private static SettingBuilder<String> authDatabase(String name, @Nullable String raw) {
        return new SettingBuilder<>(REGISTRY, name, new Codec.Text("pgbouncer"), raw);
    }

    private static <E extends Enum<E> & Word> SettingBuilder<E> oneOf(String name, String raw, E[] words) {
        return new SettingBuilder<>(REGISTRY, name, new Codec.OneOf<>(words), raw);
    }

    private static Map<String, Setting<?>> byName() {
        Map<String, Setting<?>> byName = new HashMap<>(256);
        for (Setting<?> setting : ALL) {
            byName.put(setting.name(), setting);
        }
        return byName;
    }
}
