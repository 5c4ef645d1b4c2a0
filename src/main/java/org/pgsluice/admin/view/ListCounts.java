package org.pgsluice.admin.view;

/** The lengths of the pooler's lists, in the order of SHOW LISTS. */
public record ListCounts(
        int databases,
        int users,
        int peers,
        int pools,
        int peerPools,
        int freeClients,
        int usedClients,
        int loginClients,
        int freeServers,
        int usedServers,
        int dnsNames,
        int dnsZones,
        int dnsQueries,
        int dnsPending) {
    public static final ListCounts NONE = new ListCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
