package org.pgsluice.admin.view;

import org.jspecify.annotations.Nullable;

/**
 * A database of the configuration, an automatic one, or the console's. Sizes and limits are the effective ones, with the global default filled in.
 *
 * @param host as configured, null for the unix socket directory
 * @param database the name at the server
 * @param serverLifetimeSeconds seconds
 * @param poolMode the database's own mode, null when inherited
 * @param loadBalanceHosts the word, null unless the host is a list
 */
public record DatabaseRow(
        String name,
        @Nullable String host,
        int port,
        @Nullable String database,
        @Nullable String forceUser,
        int poolSize,
        int minPoolSize,
        int reservePoolSize,
        int serverLifetimeSeconds,
        @Nullable String poolMode,
        @Nullable String loadBalanceHosts,
        int maxConnections,
        int currentConnections,
        int maxClientConnections,
        int currentClientConnections,
        boolean paused,
        boolean disabled) {}
