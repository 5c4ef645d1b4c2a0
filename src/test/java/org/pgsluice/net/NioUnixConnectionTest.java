package org.pgsluice.net;

/** The contract over unix sockets. */
class NioUnixConnectionTest extends ConnectionContract {
    @Override
    protected World open() {
        return new SocketWorld("nio", true);
    }
}
