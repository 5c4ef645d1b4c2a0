package org.pgsluice.admin.view;

/**
 * A kind of memory.
 *
 * @param size bytes of one item
 * @param used items in use
 * @param free items kept for later
 * @param total bytes of all items
 */
public record MemRow(String name, long size, long used, long free, long total) {}
