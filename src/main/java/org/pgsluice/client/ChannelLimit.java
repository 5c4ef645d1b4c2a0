package org.pgsluice.client;

import org.pgsluice.notify.Hub;
import org.pgsluice.pool.Pool;
import org.pgsluice.server.Commons;
import org.pgsluice.server.Tuning;

/** How many channels one client may listen to: by its own limit, and by that of its pool, which all clients share. On the client's reactor. */
final class ChannelLimit {
    private final Hub hub;
    private final Commons commons;
    private final Pool pool;
    /** How many of the pool's are this client's. */
    private int taken;
    /** What refused it last was the pool's limit. */
    private boolean ofPool;

    ChannelLimit(Hub hub, Commons commons, Pool pool) {
        this.hub = hub;
        this.commons = commons;
        this.pool = pool;
    }

    /** How many it may have as far as can be known before it takes them; those that it has, {@code heard}, it keeps when a limit is lowered. */
    int most(int heard) {
        Tuning tuning = commons.tuning();
        return Math.max(Math.min(tuning.maxListenChannels, taken + hub.free(tuning.maxPoolListenChannels)), heard);
    }

    /** The client, which hears {@code heard}, is to have {@code channels}. When they are too many it keeps its own, and this is false. */
    boolean takes(int channels, int heard) {
        Tuning tuning = commons.tuning();
        ofPool = channels <= Math.max(tuning.maxListenChannels, heard);
        if (!ofPool || !hub.take(channels - taken, tuning.maxPoolListenChannels)) {
            return false;
        }
        taken = channels;
        return true;
    }

    /** The limit that refused it, as the detail of an error begins. */
    String reached() {
        Tuning tuning = commons.tuning();
        return ofPool
                ? "max_pool_listen_channels = " + tuning.maxPoolListenChannels + ", which all clients of " + pool + " share,"
                : "max_listen_channels = " + tuning.maxListenChannels;
    }

    /** The client has none any more. */
    void end() {
        hub.take(-taken, 0);
        taken = 0;
    }
}
