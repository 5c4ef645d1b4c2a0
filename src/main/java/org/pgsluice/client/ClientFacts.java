package org.pgsluice.client;

import org.pgsluice.config.Settings;
import org.pgsluice.log.Speaker;
import org.pgsluice.server.Addresses;

/** What those ask of a client who tell of it, and change nothing. On its reactor. */
final class ClientFacts {
    private ClientFacts() {}

    /** How lines of the log name it. */
    static Speaker speaker(ClientSession client) {
        Membership membership = client.membership();
        int port = client.books().config().integer(Settings.LISTEN_PORT);
        return Addresses.client(
                client.id(), membership.databaseName(), membership.userName(), client.wire().remoteAddress(),
                client.connection().peerCredentials().pid(), port);
    }
}
