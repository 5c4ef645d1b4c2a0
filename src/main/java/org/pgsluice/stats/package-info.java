/**
 * Counters and what is computed from them. Each set of counters has a single writer, the reactor that it belongs to; readers sum over the reactors, at a moment
 * when those stand still (the console's barrier) or accept a value that is a moment old.
 */
@NullMarked
package org.pgsluice.stats;

import org.jspecify.annotations.NullMarked;
