package org.pgsluice.auth;

import java.net.SocketAddress;

/**
 * What is known of a client's connection without asking the client.
 *
 * @param from its other end; for a unix socket the path of the listener
 * @param unix whether it is a unix socket
 * @param encrypted whether it is a TLS connection
 */
public record ConnectionFacts(SocketAddress from, boolean unix, boolean encrypted) {}
