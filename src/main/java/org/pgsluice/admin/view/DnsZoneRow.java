package org.pgsluice.admin.view;

/** A DNS zone whose serial is watched, and how many cached names are in it. */
public record DnsZoneRow(String zone, long serial, int count) {}
