package org.pgsluice.tls;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.net.ConnectionContract;
import org.pgsluice.net.SocketWorld;
import org.pgsluice.net.World;

/** The contract with TLS over loopback TCP, on epoll. */
@EnabledOnOs(OS.LINUX)
class EpollTlsConnectionTest extends ConnectionContract {
    @TempDir
    private static Path directory;

    @Override
    protected World open() {
        return new TlsWorld(new SocketWorld("epoll", false), directory);
    }
}
