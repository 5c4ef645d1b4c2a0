package org.pgsluice.simulation;

import org.pgsluice.net.ConnectionContract;
import org.pgsluice.net.World;

/** The contract over a calm simulated network. */
class CalmConnectionTest extends ConnectionContract {
    @Override
    protected World open() {
        return new SimulatedWorld(1, LinkConditions.CALM);
    }
}
