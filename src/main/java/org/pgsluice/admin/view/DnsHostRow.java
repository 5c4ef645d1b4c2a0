package org.pgsluice.admin.view;

/**
 * A cached name.
 *
 * @param ttlSeconds for how long the answer is still good; 0 when it is over or being asked for
 * @param addresses comma list
 */
public record DnsHostRow(String hostname, long ttlSeconds, String addresses) {}
