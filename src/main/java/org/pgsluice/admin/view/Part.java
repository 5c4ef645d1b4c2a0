package org.pgsluice.admin.view;

/**
 * One kind of row that can be asked for of a {@link PoolerView}. There is one object of each, and a {@link Snapshot} finds the rows by it.
 *
 * @param <R> the type of the rows
 */
@SuppressWarnings("UnusedTypeParameter") // the type of its rows, for whoever asks for them
public final class Part<R> {
    /** Pool by pool, within a pool by {@link SocketState}; those at their login last. */
    public static final Part<SocketRow> CLIENTS = new Part<>("CLIENTS");
    /** Pool by pool, within a pool by {@link SocketState}. */
    public static final Part<SocketRow> SERVERS = new Part<>("SERVERS");
    public static final Part<PoolRow> POOLS = new Part<>("POOLS");
    public static final Part<PeerPoolRow> PEER_POOLS = new Part<>("PEER_POOLS");
    public static final Part<DatabaseRow> DATABASES = new Part<>("DATABASES");
    public static final Part<UserRow> USERS = new Part<>("USERS");
    public static final Part<PeerRow> PEERS = new Part<>("PEERS");
    /** One row for each database that has a pool. */
    public static final Part<StatsRow> STATS = new Part<>("STATS");
    /** One row for each pool but the console's. */
    public static final Part<TimesRow> TIMES = new Part<>("TIMES");
    /** One row. */
    public static final Part<ListCounts> LISTS = new Part<>("LISTS");
    public static final Part<ConfigRow> CONFIG = new Part<>("CONFIG");
    public static final Part<MemRow> MEM = new Part<>("MEM");
    public static final Part<DnsHostRow> DNS_HOSTS = new Part<>("DNS_HOSTS");
    public static final Part<DnsZoneRow> DNS_ZONES = new Part<>("DNS_ZONES");
    public static final Part<FdRow> FDS = new Part<>("FDS");
    public static final Part<PinRow> PINS = new Part<>("PINS");
    /** One row for each pool. */
    public static final Part<SessionStateRow> SESSION_STATE = new Part<>("SESSION_STATE");
    public static final Part<ReactorRow> REACTORS = new Part<>("REACTORS");
    /** Pool by pool, without the console's. */
    public static final Part<PoolLimitsRow> POOL_LIMITS = new Part<>("POOL_LIMITS");
    public static final Part<ClosingRow> CLOSINGS = new Part<>("CLOSINGS");
    /** The most urgent first. */
    public static final Part<AdviceRow> ADVICE = new Part<>("ADVICE");
    /** One row. */
    public static final Part<PoolerState> STATE = new Part<>("STATE");
    /** One row. To be asked for on the first reactor. */
    public static final Part<Readiness> READINESS = new Part<>("READINESS");
    /** One row, what SHOW VERSION says unless console_version says otherwise. */
    public static final Part<String> VERSION = new Part<>("VERSION");

    private final String name;

    private Part(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
