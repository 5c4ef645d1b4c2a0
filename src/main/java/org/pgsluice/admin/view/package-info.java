/**
 * What the console, the metrics and the health probe may see of the running pooler: immutable rows of raw facts (numbers, words, times), without any
 * formatting. {@link org.pgsluice.admin.view.PoolerView} collects them from their owners; a {@link org.pgsluice.admin.view.Snapshot} may be read by any
 * thread.
 */
@NullMarked
package org.pgsluice.admin.view;

import org.jspecify.annotations.NullMarked;
