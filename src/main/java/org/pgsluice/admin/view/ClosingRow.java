package org.pgsluice.admin.view;

import org.pgsluice.pool.CloseReason;

/**
 * How often connections were closed for a reason. There is a row only where it is not zero.
 *
 * @param ofServers whether those were connections to servers
 * @param total since the start
 * @param recent in the last one or two periods of {@code stats_period}
 */
public record ClosingRow(CloseReason reason, boolean ofServers, long total, long recent) {}
