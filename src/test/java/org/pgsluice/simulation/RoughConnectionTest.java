package org.pgsluice.simulation;

import org.pgsluice.net.ConnectionContract;
import org.pgsluice.net.World;

/** The contract over a simulated network that cuts reads and writes; bytes need less time on the way, or the big transfers take too long. */
class RoughConnectionTest extends ConnectionContract {
    @Override
    protected World open() {
        return new SimulatedWorld(2, new LinkConditions(1_000, 100_000, 5_000, true, 0));
    }
}
