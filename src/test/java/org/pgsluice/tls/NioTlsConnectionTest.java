package org.pgsluice.tls;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.net.ConnectionContract;
import org.pgsluice.net.SocketWorld;
import org.pgsluice.net.World;

/** The contract with TLS over loopback TCP, on nio. */
class NioTlsConnectionTest extends ConnectionContract {
    @TempDir
    private static Path directory;

    @Override
    protected World open() {
        return new TlsWorld(new SocketWorld("nio", false), directory);
    }
}
