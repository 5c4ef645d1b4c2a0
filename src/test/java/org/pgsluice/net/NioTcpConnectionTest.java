package org.pgsluice.net;

/** The contract over loopback TCP. */
class NioTcpConnectionTest extends ConnectionContract {
    @Override
    protected World open() {
        return new SocketWorld("nio", false);
    }
}
