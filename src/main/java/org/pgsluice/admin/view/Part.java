package org.pgsluice.admin.view;

/** The parts of a {@link Snapshot} that can be asked for, one for each kind of row. */
public enum Part {
    CLIENTS,
    SERVERS,
    POOLS,
    PEER_POOLS,
    DATABASES,
    USERS,
    PEERS,
    STATS,
    LISTS,
    CONFIG,
    MEM,
    DNS_HOSTS,
    DNS_ZONES,
    FDS,
    REACTORS,
    STATE,
    VERSION
}
