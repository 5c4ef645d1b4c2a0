package org.pgsluice.admin.view;

import java.util.List;

/**
 * The parts of the pooler that were asked for, at one moment; the others are empty. Immutable. Rows stand in the order in which they are shown: pools,
 * databases and users as their lists do; clients and servers pool by pool, within a pool by {@link SocketState}, clients at their login last.
 *
 * @param stats one row for each database that has a pool
 * @param version the text of SHOW VERSION
 */
public record Snapshot(
        List<SocketRow> clients,
        List<SocketRow> servers,
        List<PoolRow> pools,
        List<PeerPoolRow> peerPools,
        List<DatabaseRow> databases,
        List<UserRow> users,
        List<PeerRow> peers,
        List<StatsRow> stats,
        ListCounts lists,
        List<ConfigRow> config,
        List<MemRow> mem,
        List<DnsHostRow> dnsHosts,
        List<DnsZoneRow> dnsZones,
        List<FdRow> fds,
        List<ReactorRow> reactors,
        PoolerState state,
        String version) {
    public Snapshot {
        clients = List.copyOf(clients);
        servers = List.copyOf(servers);
        pools = List.copyOf(pools);
        peerPools = List.copyOf(peerPools);
        databases = List.copyOf(databases);
        users = List.copyOf(users);
        peers = List.copyOf(peers);
        stats = List.copyOf(stats);
        config = List.copyOf(config);
        mem = List.copyOf(mem);
        dnsHosts = List.copyOf(dnsHosts);
        dnsZones = List.copyOf(dnsZones);
        fds = List.copyOf(fds);
        reactors = List.copyOf(reactors);
    }

    /** The same with {@linkplain FdRow#masked masked} sockets. */
    public Snapshot masked() {
        if (fds.isEmpty()) {
            return this;
        }
        return new Snapshot(
                clients, servers, pools, peerPools, databases, users, peers, stats, lists, config, mem, dnsHosts, dnsZones, fds.stream().map(FdRow::masked).toList(), reactors, state, version);
    }

    /** A snapshot to be filled. */
    public static Builder builder() {
        return new Builder();
    }

    /** Fills a snapshot; for one thread. */
    public static final class Builder {
        private List<SocketRow> clients = List.of();
        private List<SocketRow> servers = List.of();
        private List<PoolRow> pools = List.of();
        private List<PeerPoolRow> peerPools = List.of();
        private List<DatabaseRow> databases = List.of();
        private List<UserRow> users = List.of();
        private List<PeerRow> peers = List.of();
        private List<StatsRow> stats = List.of();
        private ListCounts lists = ListCounts.NONE;
        private List<ConfigRow> config = List.of();
        private List<MemRow> mem = List.of();
        private List<DnsHostRow> dnsHosts = List.of();
        private List<DnsZoneRow> dnsZones = List.of();
        private List<FdRow> fds = List.of();
        private List<ReactorRow> reactors = List.of();
        private PoolerState state = PoolerState.ACTIVE;
        private String version = "";

        private Builder() {}

        public Builder clients(List<SocketRow> rows) {
            clients = rows;
            return this;
        }

        public Builder servers(List<SocketRow> rows) {
            servers = rows;
            return this;
        }

        public Builder pools(List<PoolRow> rows) {
            pools = rows;
            return this;
        }

        public Builder peerPools(List<PeerPoolRow> rows) {
            peerPools = rows;
            return this;
        }

        public Builder databases(List<DatabaseRow> rows) {
            databases = rows;
            return this;
        }

        public Builder users(List<UserRow> rows) {
            users = rows;
            return this;
        }

        public Builder peers(List<PeerRow> rows) {
            peers = rows;
            return this;
        }

        public Builder stats(List<StatsRow> rows) {
            stats = rows;
            return this;
        }

        public Builder lists(ListCounts value) {
            lists = value;
            return this;
        }

        public Builder config(List<ConfigRow> rows) {
            config = rows;
            return this;
        }

        public Builder mem(List<MemRow> rows) {
            mem = rows;
            return this;
        }

        public Builder dnsHosts(List<DnsHostRow> rows) {
            dnsHosts = rows;
            return this;
        }

        public Builder dnsZones(List<DnsZoneRow> rows) {
            dnsZones = rows;
            return this;
        }

        public Builder fds(List<FdRow> rows) {
            fds = rows;
            return this;
        }

        public Builder reactors(List<ReactorRow> rows) {
            reactors = rows;
            return this;
        }

        public Builder state(PoolerState value) {
            state = value;
            return this;
        }

        public Builder version(String value) {
            version = value;
            return this;
        }

        public Snapshot build() {
            return new Snapshot(
                    clients, servers, pools, peerPools, databases, users, peers, stats, lists, config, mem, dnsHosts, dnsZones, fds, reactors, state, version);
        }
    }
}
