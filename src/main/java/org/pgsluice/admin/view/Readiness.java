package org.pgsluice.admin.view;

/**
 * Whether new clients should be sent here.
 *
 * @param accepting whether there is a socket that clients are accepted from
 * @param shuttingDown whether a shutdown was begun that waits for somebody
 * @param handingOver whether another process takes this one's place
 */
public record Readiness(boolean accepting, boolean shuttingDown, boolean handingOver, PoolerState state) {}
