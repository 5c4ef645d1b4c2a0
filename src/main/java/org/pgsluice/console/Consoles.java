package org.pgsluice.console;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.pgsluice.admin.view.DnsHostRow;
import org.pgsluice.admin.view.DnsZoneRow;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.client.ClientServices;
import org.pgsluice.client.ClientSession;
import org.pgsluice.handover.Departure;
import org.pgsluice.pooler.ConsoleOpener;
import org.pgsluice.pooler.Pooler;

/** The console of one pooler: what all its clients share. Any thread. */
public final class Consoles implements ConsoleOpener {
    private final Pooler pooler;
    private final ConsoleOperations operations;
    private final PoolerRows rows;
    private final Slices[] slices;

    /**
     * The console of {@code pooler}.
     *
     * @param dnsHosts what the resolver remembers, for SHOW DNS_HOSTS
     * @param dnsZones what is watched of it, for SHOW DNS_ZONES
     * @param engine the name of the reactors' kind, for SHOW CONFIG
     * @param leavePlace what there is to do when another process takes over, and this one stays for those who cannot go
     */
    public Consoles(
            Pooler pooler, Supplier<List<DnsHostRow>> dnsHosts, Supplier<List<DnsZoneRow>> dnsZones, String engine, Runnable leavePlace) {
        this.pooler = pooler;
        this.operations = new ConsoleOperations(pooler, new Departure(pooler, leavePlace));
        this.slices = Arrays.stream(pooler.lanes()).map(lane -> new Slices(lane.reactor())).toArray(Slices[]::new);
        this.rows = new PoolerRows(pooler, slices, dnsHosts, dnsZones, engine);
    }

    /** What consoles show, for others that look at the pooler. */
    public PoolerView view() {
        return rows;
    }

    @Override
    public ClientServices.Console open(ClientSession client, boolean admin) {
        ConsoleClient console = new ConsoleClient(client, admin, rows, operations, pooler, slices[client.lane().index()]);
        console.welcome();
        return console;
    }
}
