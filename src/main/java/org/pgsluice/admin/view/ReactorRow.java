package org.pgsluice.admin.view;

/**
 * A reactor and what it does.
 *
 * @param clients connections that live on it, whatever their state
 * @param servers connections that are attached to it
 * @param waiting its clients that wait for a server
 * @param steals servers that were idle on another reactor and were given to its clients
 * @param lockWaits how often its thread blocked on a monitor; this and the next two are 0 where there is no thread
 * @param cpuMicros CPU time of its thread
 * @param longestTurnMicros the longest turn of its loop since the last time that somebody asked
 */
public record ReactorRow(int reactor, int clients, int servers, int waiting, long steals, long lockWaits, long cpuMicros, long longestTurnMicros) {}
