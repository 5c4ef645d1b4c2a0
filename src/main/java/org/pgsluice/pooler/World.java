package org.pgsluice.pooler;

import java.time.InstantSource;
import java.util.List;
import org.pgsluice.log.Log;
import org.pgsluice.net.Offload;
import org.pgsluice.net.RandomSource;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.Resolver;

/**
 * What a {@link Pooler} is built upon: the operating system in the product, a simulated world in tests.
 *
 * @param ownUid the number of the operating system's user that this process runs as, who may use the console without a password; -1 for nobody
 * @param exit ends the process with code 0
 */
public record World(
        List<? extends Reactor> reactors,
        Log log,
        InstantSource clock,
        Offload offload,
        RandomSource random,
        Resolver resolver,
        long ownUid,
        Runnable exit) {}
