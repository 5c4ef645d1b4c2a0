package org.pgsluice.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a reload changed, for those who have to act on it.
 *
 * @param addedDatabases names that were not there before
 * @param removedDatabases names that are gone, whose pools end
 * @param reroutedDatabases names whose server connections no longer fit and have to be closed
 * @param autoDatabaseChanged whether databases made by the {@code *} entry no longer fit it
 * @param clientTlsChanged whether a client_tls_ setting changed
 * @param serverTlsChanged whether a server_tls_ setting changed
 * @param changedSettings in the order of SHOW CONFIG
 */
public record ConfigDiff(
        SortedSet<String> addedDatabases,
        SortedSet<String> removedDatabases,
        SortedSet<String> reroutedDatabases,
        boolean autoDatabaseChanged,
        SortedSet<Integer> addedPeers,
        SortedSet<Integer> removedPeers,
        SortedSet<Integer> changedPeers,
        boolean clientTlsChanged,
        boolean serverTlsChanged,
        List<Setting<?>> changedSettings) {

    public static ConfigDiff between(Config before, Config after) {
        SortedSet<String> rerouted = new TreeSet<>();
        for (Map.Entry<String, DatabaseConfig> entry : after.databases().entrySet()) {
            DatabaseConfig old = before.databases().get(entry.getKey());
            if (old != null && reroutes(old, entry.getValue())) {
                rerouted.add(entry.getKey());
            }
        }
        SortedSet<Integer> peers = new TreeSet<>();
        for (Map.Entry<Integer, PeerConfig> entry : after.peers().entrySet()) {
            PeerConfig old = before.peers().get(entry.getKey());
            if (old != null && !old.equals(entry.getValue())) {
                peers.add(entry.getKey());
            }
        }
        List<Setting<?>> settings = new ArrayList<>();
        boolean clientTls = false;
        boolean serverTls = false;
        for (Setting<?> setting : Settings.ALL) {
            if (!Objects.equals(before.get(setting), after.get(setting))) {
                settings.add(setting);
                clientTls |= setting.name().startsWith("client_tls");
                serverTls |= setting.name().startsWith("server_tls");
            }
        }
        return new ConfigDiff(missing(before.databases(), after.databases()), missing(after.databases(), before.databases()), rerouted,
                !Objects.equals(before.autoDatabase(), after.autoDatabase()), missing(before.peers(), after.peers()), missing(after.peers(), before.peers()),
                peers, clientTls, serverTls, List.copyOf(settings));
    }

    /** Whether connections made under the one entry are of no use under the other. */
    private static boolean reroutes(DatabaseConfig a, DatabaseConfig b) {
        return !(a.serverDbname().equals(b.serverDbname())
                && a.hosts().equals(b.hosts())
                && a.serverPort() == b.serverPort()
                && Objects.equals(a.user(), b.user())
                && Objects.equals(a.connectQuery(), b.connectQuery())
                && Objects.equals(a.authDbname(), b.authDbname())
                && Objects.equals(a.authQuery(), b.authQuery())
                && balancing(a) == balancing(b));
    }

    private static LoadBalanceHosts balancing(DatabaseConfig database) {
        LoadBalanceHosts given = database.loadBalanceHosts();
        return given == null ? LoadBalanceHosts.ROUND_ROBIN : given;
    }

    private static <K extends Comparable<K>> SortedSet<K> missing(SortedMap<K, ?> here, SortedMap<K, ?> there) {
        SortedSet<K> names = new TreeSet<>(there.keySet());
        names.removeAll(here.keySet());
        return names;
    }
}
