package org.pgsluice.simulation;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.net.ConnectionContract;
import org.pgsluice.net.World;
import org.pgsluice.tls.TlsWorld;

/** The contract with TLS over a simulated network that cuts reads and writes: records arrive in pieces of every size. */
class RoughTlsConnectionTest extends ConnectionContract {
    @TempDir
    private static Path directory;

    @Override
    protected World open() {
        return new TlsWorld(new SimulatedWorld(2, new LinkConditions(1_000, 100_000, 5_000, true, 0)), directory);
    }
}
