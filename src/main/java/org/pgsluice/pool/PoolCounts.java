package org.pgsluice.pool;

/**
 * How many connections of a pool are in which state, at one moment.
 *
 * @param clientsWaiting for a server or for the pool's first one
 * @param serversClosing taken out of use, about to be closed
 * @param oldestWaitNanos since when the oldest client has waited; 0 for none
 */
public record PoolCounts(
        int clientsActive,
        int clientsWaiting,
        int clientsActiveCancel,
        int clientsWaitingCancel,
        int serversActive,
        int serversActiveCancel,
        int serversBeingCanceled,
        int serversIdle,
        int serversUsed,
        int serversTested,
        int serversLogin,
        int serversClosing,
        long oldestWaitNanos) {
    /** Servers of any kind. */
    public int servers() {
        return serversActive + serversActiveCancel + serversBeingCanceled + serversIdle + serversUsed + serversTested + serversLogin + serversClosing;
    }

    /** Servers that somebody or something still uses. */
    public int serversInUse() {
        return serversActive + serversTested + serversClosing;
    }

    /** Clients of any kind. */
    public int clients() {
        return clientsActive + clientsWaiting + clientsActiveCancel + clientsWaitingCancel;
    }
}
