package org.pgsluice.net;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The contract over unix sockets, on epoll. */
@EnabledOnOs(OS.LINUX)
class EpollUnixConnectionTest extends ConnectionContract {
    @Override
    protected World open() {
        return new SocketWorld("epoll", true);
    }
}
