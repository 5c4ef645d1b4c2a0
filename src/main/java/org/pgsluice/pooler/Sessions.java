package org.pgsluice.pooler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.pgsluice.client.ClientSession;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/**
 * All sessions, by the reactor that they belong to. A session may be looked at on that reactor only; who is on which may be asked on any thread, and what is
 * given stays usable while sessions come and go.
 */
public final class Sessions {
    private final List<Set<ClientSession>> clients = new ArrayList<>();
    private final Collection<ServerSession> servers;

    Sessions(Collection<ServerSession> servers, int lanes) {
        this.servers = servers;
        for (int i = 0; i < lanes; i++) {
            clients.add(ConcurrentHashMap.newKeySet());
        }
    }

    void opened(ClientSession client) {
        clients.get(client.reactorIndex()).add(client);
    }

    void closed(ClientSession client) {
        clients.get(client.reactorIndex()).remove(client);
    }

    /** The clients of a lane, those at their login included: a client stays where it was accepted. */
    public Collection<ClientSession> clients(Lane lane) {
        return clients.get(lane.index());
    }

    /** The clients of all lanes. */
    public List<ClientSession> clients() {
        List<ClientSession> all = new ArrayList<>();
        clients.forEach(all::addAll);
        return all;
    }

    public int clientCount() {
        int count = 0;
        for (Set<ClientSession> each : clients) {
            count += each.size();
        }
        return count;
    }

    /** The servers that are settled on a lane: nobody takes them to another one at this moment. */
    public List<ServerSession> servers(Lane lane) {
        List<ServerSession> settled = new ArrayList<>();
        for (ServerSession server : servers) {
            if (server.lane() == lane && server.reactorIndex() == lane.index()) {
                settled.add(server);
            }
        }
        return settled;
    }

    /** The servers of a lane, and with them those that are on their way from it to another one: each server is in one list, always. */
    public List<ServerSession> serversAndLeaving(Lane lane) {
        List<ServerSession> all = new ArrayList<>();
        for (ServerSession server : servers) {
            if (server.lane() == lane) {
                all.add(server);
            }
        }
        return all;
    }

    /** The servers of all lanes. */
    public Collection<ServerSession> servers() {
        return servers;
    }
}
