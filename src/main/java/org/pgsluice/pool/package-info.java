/**
 * The books of a pool: which server connection is in which state, who waits, how many may exist. No sockets and no clock; it knows neither clients nor servers
 * but as the small types that it declares itself.
 */
@NullMarked
package org.pgsluice.pool;

import org.jspecify.annotations.NullMarked;
