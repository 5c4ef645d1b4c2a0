package org.pgsluice.net;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The contract over loopback TCP, on epoll. */
@EnabledOnOs(OS.LINUX)
class EpollTcpConnectionTest extends ConnectionContract {
    @Override
    protected World open() {
        return new SocketWorld("epoll", false);
    }
}
