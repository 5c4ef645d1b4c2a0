package org.pgsluice.admin.view;

import org.jspecify.annotations.Nullable;

/**
 * A pool and the lengths of its lists.
 *
 * @param maxWaitMicros for how long the oldest waiting client has been waiting, 0 for none
 * @param poolMode the effective mode's word
 * @param loadBalanceHosts the word, null unless the host is a list
 */
public record PoolRow(
        String database,
        String user,
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
        long maxWaitMicros,
        String poolMode,
        @Nullable String loadBalanceHosts) {}
