package org.pgsluice.admin.view;

import org.jspecify.annotations.Nullable;

/**
 * A known user. The limits are the effective ones.
 *
 * @param poolSize the user's own pool size, null when unset
 * @param reservePoolSize the user's own reserve, null when unset
 * @param poolMode the user's own mode, null when inherited
 */
public record UserRow(
        String name,
        @Nullable Integer poolSize,
        @Nullable Integer reservePoolSize,
        @Nullable String poolMode,
        int maxUserConnections,
        int currentConnections,
        int maxUserClientConnections,
        int currentClientConnections) {}
