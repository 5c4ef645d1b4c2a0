package org.pgsluice.admin.view;

/**
 * What a pool may have, by the settings that count for it.
 *
 * @param size pool_size; 0 for no limit
 * @param reserve reserve_pool_size
 * @param apart how many servers stand beside the size
 * @param pinned how many servers stay with their clients, or may have to
 * @param mostPinned how many may; below 0 for no limit
 * @param lastFailure why no server can be logged in to; empty where one can
 */
public record PoolLimitsRow(String database, String user, int size, int reserve, int apart, int pinned, int mostPinned, String lastFailure) {}
