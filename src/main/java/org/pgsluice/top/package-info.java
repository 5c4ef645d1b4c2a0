/**
 * {@code pgsluice top}: the pools of a running pooler in a terminal. A program of its own in the same jar, a client of the console; one thread, which waits.
 */
@NullMarked
package org.pgsluice.top;

import org.jspecify.annotations.NullMarked;
