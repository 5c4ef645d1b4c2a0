package org.pgsluice.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.LoadBalanceHosts;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.net.AbstractUnixAddress;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.Resolver;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Database;

/** Finds the place of a new server connection (one of its database's hosts, by name or as it stands) and connects. Ends by telling the session once. */
final class ServerDial implements Resolver.Callback, Reactor.DialHandler {
    private final ServerSession server;
    private final Lane lane;
    private final DatabaseConfig config;
    private Reactor.@Nullable DialAttempt attempt;
    private boolean cancelled;

    ServerDial(ServerSession server, Lane lane) {
        this.server = server;
        this.lane = lane;
        this.config = server.pool().database().config();
    }

    void start() {
        List<String> hosts = config.hosts();
        Database database = server.pool().database();
        if (hosts.isEmpty()) {
            String directory = lane.books().config().text(Settings.UNIX_SOCKET_DIR);
            dial(unixSocket(directory.isEmpty() ? "/tmp" : directory, config.serverPort()));
            return;
        }
        String host = hosts.get(database.nextHost(config.loadBalanceHosts() != LoadBalanceHosts.DISABLE));
        if (host.startsWith("/") || host.startsWith("@")) {
            dial(unixSocket(host, config.serverPort()));
        } else {
            lane.commons().resolver().resolve(host, lane.reactor(), this);
        }
    }

    void cancel() {
        cancelled = true;
        if (attempt != null) {
            attempt.cancel();
        }
    }

    @Override
    public void onResolved(@Nullable List<InetAddress> addresses) {
        if (cancelled) {
            return;
        }
        if (addresses == null || addresses.isEmpty()) {
            fail(CloseReason.SERVER_DNS_FAILED);
        } else {
            dial(new InetSocketAddress(addresses.get(0), config.serverPort()));
        }
    }

    private void dial(SocketAddress address) {
        attempt = lane.reactor().dial(address, lane.commons().tuning().socketOptions, this);
    }

    @Override
    public void onConnected(Connection connection) {
        server.onDialled(connection);
    }

    @Override
    public void onDialFailed(IOException reason) {
        server.log(Level.DEBUG, "connect failed: " + reason.getMessage());
        fail(CloseReason.SERVER_CONNECT_FAILED);
    }

    private void fail(CloseReason reason) {
        if (config.loadBalanceHosts() == LoadBalanceHosts.DISABLE && config.hosts().size() > 1) {
            server.pool().database().nextHost(true);
        }
        server.close(reason, null, false);
    }

    static SocketAddress unixSocket(String directory, int port) {
        return AbstractUnixAddress.orPath(directory + "/.s.PGSQL." + port);
    }
}
